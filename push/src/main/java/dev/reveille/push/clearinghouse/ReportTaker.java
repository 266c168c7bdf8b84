package dev.reveille.push.clearinghouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.routing.RelayReports;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.WorkKey;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Takes the reports of clearing houses: JSON with `v`, `id`, `ref`, `outcome` and the lines of the
/// clearing house's trail, which become part of the trail here. A report counts only for a push
/// that this server sent to the clearing house that reports; it is answered when what follows from
/// it is on disk, and may come again. Thread-safe.
public final class ReportTaker {
  /// The type of a report's body.
  public static final String TYPE = "application/vnd.reveille.push-report+json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TAKEN = 200;
  private static final int MALFORMED = 400;
  private static final int FOREIGN = 403;

  private final RequestReference references;
  private final RelayReports reports;
  private final InstantSource clock;

  public ReportTaker(
      final RequestReference references, final RelayReports reports, final InstantSource clock) {
    this.references = references;
    this.reports = reports;
    this.clock = clock;
  }

  /// @param domain of the clearing house, which its certificate proves
  /// @param answer told the status of the answer, once: 200, 400 for what is no report, 403 for one
  ///   of a push that the clearing house was not sent
  public void take(final byte[] body, final String domain, final IntConsumer answer) {
    final Optional<WorkKey> work;
    final Optional<DeliveryOutcome> outcome;
    final List<Try> lines;
    try {
      final JsonNode json = JSON.readTree(body);
      work = references.read(json.path("ref").asText(), domain);
      outcome = PushOutcomes.read(json.path("outcome").asText(), domain, clock.instant());
      lines = RelayedLines.read(json.path("trail"), domain, clock.instant());
    } catch (final IOException malformed) {
      answer.accept(MALFORMED);
      return;
    }
    if (outcome.isEmpty()) {
      answer.accept(MALFORMED);
    } else if (work.isEmpty()) {
      answer.accept(FOREIGN);
    } else {
      reports.arrived(work.get(), outcome.get(), lines, () -> answer.accept(TAKEN));
    }
  }
}

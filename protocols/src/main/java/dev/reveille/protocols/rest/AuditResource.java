package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.json.Times;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.SettingsStore.AuditFilter;
import java.time.Instant;
import java.util.regex.Pattern;

/// `/v1/audit`: who changed what. On threads that may block.
final class AuditResource {
  private static final Pattern PLACE = Pattern.compile("[0-9]{0,18}");

  private final SettingsStore settings;

  AuditResource(final SettingsStore settings) {
    this.settings = settings;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final int limit = request.limit();
    final var found = settings.audit(request.organisation(), wanted(request), limit + 1);
    final var page =
        JsonOut.page(
            found.subList(0, Math.min(limit, found.size())),
            (line, entry) ->
                line.moment("at", entry.at())
                    .text("who", entry.who())
                    .textIfAny("from", entry.from())
                    .text("what", entry.what()));
    return Answers.json(
        200,
        out -> {
          out.objects("entries", page);
          if (found.size() > page.size()) {
            out.text("next", Long.toString(found.get(page.size() - 1).id()));
          }
        });
  }

  private static AuditFilter wanted(final Request request) {
    final var after = request.query("after");
    if (!PLACE.matcher(after).matches()) {
      throw Refusal.malformed("after", "must be what next says on the page before");
    }
    final var kind = request.query("kind");
    if (!kind.isEmpty() && !AuditFilter.KINDS.contains(kind)) {
      throw Refusal.malformed("kind", "must be one of " + String.join(", ", AuditFilter.KINDS));
    }
    return new AuditFilter(
        after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after),
        request.query("who"),
        kind,
        moment(request, "since", Instant.MIN),
        moment(request, "until", Instant.MAX));
  }

  private static Instant moment(final Request request, final String name, final Instant otherwise) {
    final var text = request.query(name);
    return text.isEmpty() ? otherwise : Times.moment(name, text);
  }
}

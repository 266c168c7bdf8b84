package dev.reveille.cli.command;

import static dev.reveille.cli.wire.Api.at;
import static dev.reveille.cli.wire.Api.with;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.story.Story;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    header = "Tells what became of an event.",
    description =
        "For each device: what was known, what was decided and why, every try and every answer.",
    footer = {
      "",
      "Examples:",
      "  reveille explain 2n9c-1",
      "  reveille explain 2n9c-1 --device i-7fQ2",
      "  reveille explain 0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10     (a call's UUID)",
      "  reveille explain --source pbx --id c-1                    (the sender's own names)"
    })
final class Explain implements Runnable {
  private static final int LOOKS = 10;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "EVENT",
      description = "as `send` printed it; or a call's UUID")
  private String event = "";

  @Option(names = "--source", paramLabel = "NAME", description = "with --id: the sender's names")
  private String source = "";

  @Option(names = "--id", paramLabel = "ID")
  private String id = "";

  @Option(names = "--device", paramLabel = "DEVICE", description = "only what happened to this one")
  private String device = "";

  Explain(final Session session) {
    this.session = session;
  }

  @Override
  public void run() {
    final boolean byKey = !source.isEmpty() && !id.isEmpty();
    if (event.isEmpty() && !byKey) {
      throw Failure.misuse(
          "Which event?", "Give the id that `send` printed, or --source and --id.");
    }
    session.show(api -> only(device, patiently(api)), Story::of);
  }

  /// The trail is written just after the answer to whoever handed the event in: a command that
  /// follows at once waits a moment for it.
  private JsonNode patiently(final Api api) {
    JsonNode trail = trail(api);
    for (int i = 0; i < LOOKS && isEmpty(trail); i++) {
      try {
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return trail;
      }
      trail = trail(api);
    }
    return trail;
  }

  private static boolean isEmpty(final JsonNode trail) {
    return !trail.path("settled").asBoolean()
        && trail.path("devices").isEmpty()
        && trail.path("nobody").isEmpty();
  }

  private JsonNode trail(final Api api) {
    if (event.isEmpty()) {
      return api.getWhole(
          with(with("events/trail", "source", source), "id", id), "devices", "nobody");
    }
    final String of =
        Calls.isUuid(event) ? api.get(at("calls", event)).path("event").asText() : event;
    return api.getWhole(at("events", of, "trail"), "devices", "nobody");
  }

  private static JsonNode only(final String device, final JsonNode trail) {
    if (device.isEmpty()) {
      return trail;
    }
    final ObjectNode less = trail.deepCopy();
    final ArrayNode kept = less.putArray("devices");
    Json.elements(trail.path("devices"))
        .filter(each -> device.equals(each.path("installation").asText()))
        .forEach(kept::add);
    if (kept.isEmpty()) {
      throw Failure.no(
          "The event did not concern the device " + device + ".",
          "See which it did: the same command without --device.");
    }
    less.putArray("nobody");
    return less;
  }
}

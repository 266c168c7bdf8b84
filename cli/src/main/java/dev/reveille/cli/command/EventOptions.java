package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.wire.Json;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Option;

/// The command-line options that every event has: recipients, source and id. An event that is sent
/// again with the same source and id is a repeat and is not stored twice.
final class EventOptions {
  @Option(
      names = "--to",
      paramLabel = "USER",
      required = true,
      description = "name or any address; may be repeated")
  private List<String> to = List.of();

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description = "who says so (default: ${DEFAULT-VALUE})")
  private String source = "cli";

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "the source's own name of the event; give the same to repeat it safely")
  private String id = "";

  @Option(names = "--type", paramLabel = "WORD", description = "the source's own word for it")
  private String type = "";

  @Option(
      names = "--alert-for",
      paramLabel = "DURATION",
      description = "no ring and no push after it (30s, 5m, 2h)")
  private String alertFor = "";

  @Option(
      names = "--dry-run",
      description = "says per device what would happen; nothing is stored and no device is told")
  private boolean dryRun;

  /// Only asks what would happen.
  boolean isDryRun() {
    return dryRun;
  }

  /// The event's common part; `usualType` when no word was given, "" for none.
  ObjectNode event(final String eventClass, final String usualType) {
    final ObjectNode event =
        Json.object()
            .put("id", id.isEmpty() ? UUID.randomUUID().toString() : id)
            .put("source", source)
            .put("class", eventClass);
    final String word = type.isEmpty() ? usualType : type;
    if (!word.isEmpty()) {
      event.put("type", word);
    }
    event.set("to", Json.array(to));
    if (!alertFor.isEmpty()) {
      event.put("alertFor", Arguments.duration(alertFor));
    }
    return event;
  }
}

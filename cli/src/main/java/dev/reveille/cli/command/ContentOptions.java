package dev.reveille.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import java.util.List;
import picocli.CommandLine.Option;

/// The command-line options for the content of a message or an alert.
final class ContentOptions {
  @Option(names = "--title", paramLabel = "TEXT", description = "who, or what about")
  private String title = "";

  @Option(names = "--text", paramLabel = "TEXT", description = "what it says")
  private String text = "";

  @Option(
      names = "--with",
      paramLabel = "NAME=TEXT",
      description = "something for the app to read; may be repeated")
  private List<String> data = List.of();

  @Option(
      names = "--keep-for",
      paramLabel = "DURATION",
      description = "how long it stays in the inbox (default: 30d)")
  private String keepFor = "";

  void addTo(final ObjectNode event) {
    final ObjectNode content = Json.object();
    if (!title.isEmpty()) {
      content.put("title", title);
    }
    if (!text.isEmpty()) {
      content.put("text", text);
    }
    if (!data.isEmpty()) {
      final ObjectNode pairs = content.putObject("data");
      for (final String pair : data) {
        final int equals = pair.indexOf('=');
        if (equals < 1) {
          throw Failure.misuse("\"" + pair + "\" is no pair.", "Write NAME=TEXT.");
        }
        pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    if (!content.isEmpty()) {
      event.set("content", content);
    }
    if (!keepFor.isEmpty()) {
      event.put("keepFor", Arguments.duration(keepFor));
    }
  }
}

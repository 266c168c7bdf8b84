package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// What a server answered to recorded requests, by their names, and which differences to it are
/// wanted.
///
/// A wanted difference has the words of the line of the change log that announces it, and the parts
/// of the answer as they are now: `status`, `headers` and `body`, each whole; null where the answer
/// has that part no longer.
record RecordedAnswers(Map<String, ObjectNode> answers) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PARTS =
      List.of("before", "status", "headers", "body", "endsLine");
  private static final int FEWEST_WORDS = 4;

  static RecordedAnswers read(final Path file) throws IOException {
    final var answers = new LinkedHashMap<String, ObjectNode>();
    JSON.readTree(file.toFile())
        .properties()
        .forEach(one -> answers.put(one.getKey(), (ObjectNode) one.getValue()));
    return new RecordedAnswers(answers);
  }

  /// One answer a line, so that a change of one is a change of a line.
  void write(final Path file) throws IOException {
    final var lines = new ArrayList<String>();
    for (final var one : answers.entrySet()) {
      lines.add(JSON.writeValueAsString(one.getKey()) + ": " + one.getValue());
    }
    Files.writeString(file, "{\n" + String.join(",\n", lines) + "\n}\n");
  }

  /// One text for each answer that is not as recorded and not as wanted, and for each wanted change
  /// that is none; empty when all is well.
  List<String> differences(
      final RecordedAnswers now, final JsonNode wantedChanges, final String changeLog) {
    final var found = new ArrayList<String>();
    final var expected = new LinkedHashMap<>(answers);
    for (final var change : wantedChanges) {
      final var name = change.path("name").asText();
      final var recorded = answers.get(name);
      final var fault = fault(change, recorded, changeLog);
      if (!fault.isEmpty()) {
        found.add("changes.json, \"" + name + "\": " + fault);
      } else if (recorded != null) {
        expected.put(name, changed(recorded, change.get("answer")));
      }
    }
    final var names = new LinkedHashSet<>(expected.keySet());
    names.addAll(now.answers.keySet());
    for (final var name : names) {
      final var difference = difference(expected.get(name), now.answers.get(name));
      if (!difference.isEmpty()) {
        found.add("\"" + name + "\"" + difference);
      }
    }
    return found;
  }

  private static String fault(
      final JsonNode change,
      final @org.jspecify.annotations.Nullable ObjectNode recorded,
      final String changeLog) {
    final var words = words(change.path("changelog").asText());
    final var answer = change.path("answer");
    if (recorded == null) {
      return "there is no recorded answer of this name";
    }
    if (words.split(" ").length < FEWEST_WORDS || !words(changeLog).contains(words)) {
      return "CHANGELOG.md has no line with these words: " + words;
    }
    for (final var part : answer.properties()) {
      if (!PARTS.contains(part.getKey())) {
        return part.getKey() + " is no part of an answer";
      }
    }
    return changed(recorded, answer).toString().equals(recorded.toString())
        ? "the answer is to be as it is recorded: remove the entry"
        : "";
  }

  private static String words(final String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static ObjectNode changed(final ObjectNode recorded, final JsonNode parts) {
    final var changed = recorded.deepCopy();
    for (final var part : parts.properties()) {
      if (part.getValue().isNull()) {
        changed.remove(part.getKey());
      } else {
        changed.set(part.getKey(), part.getValue());
      }
    }
    return changed;
  }

  /// Fields count in their order, as they stand on the wire.
  private static String difference(
      final @org.jspecify.annotations.Nullable ObjectNode expected,
      final @org.jspecify.annotations.Nullable ObjectNode got) {
    if (expected == null) {
      return " has no recorded answer: record anew. It is " + got;
    }
    if (got == null) {
      return " is no request any more: record anew";
    }
    final var text = new StringBuilder();
    for (final var part : PARTS) {
      final var before = expected.path(part).toString();
      final var after = got.path(part).toString();
      if (!before.equals(after)) {
        text.append("\n  ").append(part).append(" expected ").append(before);
        text.append("\n  ").append(" ".repeat(part.length())).append(" but was  ").append(after);
      }
    }
    return text.toString();
  }
}

package dev.reveille.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A simulated phone of the demonstration, in a process of its own: takes commands of its user and
/// reports what happened on it. The methods that wait block for at most [Witness#PATIENCE].
///
/// @param user whose phone it is
/// @param installation its id at the server
/// @param cloud through which it is reached while its app sleeps
record DemoPhone(
    String user,
    PhoneKind kind,
    String installation,
    SimulatedPushService cloud,
    DemoProcess phone) {

  /// A report: `what` happened at which moment, with its own fields.
  record Report(JsonNode json) {
    String what() {
      return json.path("what").asText();
    }

    String text(final String field) {
      return json.path(field).asText("");
    }

    Instant at() {
      return Instant.parse(json.path("at").asText());
    }
  }

  void does(final String command) {
    phone.tell(command);
  }

  /// Where its reports stand now.
  int now() {
    return phone.now();
  }

  /// Waits for a report of which a field has this value.
  Optional<Report> await(
      final int from, final String what, final String field, final String value) {
    return await(from, report -> report.what().equals(what) && report.text(field).equals(value));
  }

  /// Waits for such a report.
  Optional<Report> await(final int from, final Predicate<Report> wanted) {
    return phone
        .await(from, line -> wanted.test(read(line)), Witness.PATIENCE)
        .map(DemoPhone::read);
  }

  /// How often it reported this since.
  long count(final int from, final String what, final String field, final String value) {
    return reports(from).stream()
        .filter(each -> each.what().equals(what) && each.text(field).equals(value))
        .count();
  }

  /// What it complained about since.
  List<String> violations(final int from) {
    return reports(from).stream()
        .filter(each -> each.what().equals("violation"))
        .map(each -> each.text("rule") + ": " + each.text("detail"))
        .toList();
  }

  /// All that it reported since.
  List<Report> reports(final int from) {
    return phone.since(from).stream().map(DemoPhone::read).toList();
  }

  static Report read(final String line) {
    try {
      return new Report(Json.read(line));
    } catch (IllegalArgumentException e) {
      return new Report(Json.object());
    }
  }

  static Duration between(final Instant start, final Report report) {
    return Duration.between(start, report.at());
  }
}

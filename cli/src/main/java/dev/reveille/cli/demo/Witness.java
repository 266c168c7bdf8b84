package dev.reveille.cli.demo;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.demo.DemoPhone.Report;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Hands in events for the demo and checks their effects at the server, at the push services and at
/// the phones. Throws [Mismatch], which says what happened instead, and
/// [dev.reveille.cli.terminal.Failure] when the server cannot be reached or the demo is
/// interrupted. Each wait ends after [#PATIENCE]; a method may wait twice, and a request to the
/// server may take its own time-out (30 s, to read 90 s). `from` is the number of reports of the
/// phone to skip. Used by one thread.
final class Witness {
  /// Longer than anything takes that works, on a busy machine too.
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /// So long a second ring would have had time to come.
  private static final Duration QUIET = Duration.ofMillis(400);

  /// An event on its way.
  ///
  /// @param call "" when it is none
  record Sent(String event, String call, Instant when) {}

  private final Api api;
  private String last = "";

  Witness(final Api api) {
    this.api = api;
  }

  /// The event handed in last, so that a scene that fails can be explained too; "" for none.
  String last() {
    return last;
  }

  void forget() {
    last = "";
  }

  // ---- handing in ---------------------------------------------------------------------------

  Sent call(final String caller, final String... to) {
    final String call = UUID.randomUUID().toString();
    final ObjectNode event = event("call", to);
    event.putObject("call").put("id", call).putObject("caller").put("name", caller);
    event.put("ringFor", "PT60S");
    return handIn(event, call);
  }

  Sent message(final String to, final String from, final String text) {
    final ObjectNode event = event("message", to);
    event.put("conversation", "demo").putObject("content").put("title", from).put("text", text);
    return handIn(event, "");
  }

  Sent voicemail(final String to, final String text) {
    final ObjectNode event = event("alert", to);
    event.put("type", "voicemail").putObject("content").put("title", "Voicemail").put("text", text);
    return handIn(event, "");
  }

  private static ObjectNode event(final String eventClass, final String... to) {
    final ObjectNode event =
        Json.object()
            .put("id", UUID.randomUUID().toString())
            .put("source", "demo")
            .put("class", eventClass);
    event.set("to", Json.array(List.of(to)));
    return event;
  }

  private Sent handIn(final ObjectNode event, final String call) {
    final Instant when = Instant.now();
    last = api.post("events", event).path("event").asText();
    return new Sent(last, call, when);
  }

  // ---- looking ------------------------------------------------------------------------------

  Report rang(final DemoPhone who, final int from, final Sent sent) {
    return need(
        who.await(from, "rang", "call", sent.call()),
        "the phone of " + who.user() + " did not ring");
  }

  /// Counts all that arrived, also what the phone made no second ring of.
  void ringsOnce(final DemoPhone who, final int from, final Sent sent) {
    pause(QUIET);
    SingleRingCheck.require(
        who.user(), sent.event(), who.reports(from), trailOf(sent.event(), who));
  }

  static String way(final Report rang) {
    return switch (rang.text("via")) {
      case "push" -> "push";
      default -> "live";
    };
  }

  JsonNode callState(final Sent sent) {
    return api.get(at("calls", sent.call()));
  }

  JsonNode trailOf(final String event, final DemoPhone who) {
    return patiently(
        () ->
            Json.elements(api.get(at("events", event, "trail")).path("devices"))
                .filter(each -> who.installation().equals(each.path("installation").asText()))
                .findFirst()
                .orElse(Json.object()),
        device -> !device.isEmpty(),
        "the trail of " + event + " does not know the phone of " + who.user());
  }

  JsonNode settled(final String event, final DemoPhone who) {
    return patiently(
        () -> trailOf(event, who),
        device -> device.path("settled").asBoolean(),
        "the trail of " + event + " does not come to an end");
  }

  /// The push by which a phone was told, which is the only one.
  JsonNode waitForPush(final DemoPhone who, final String event) {
    final JsonNode pushes =
        patiently(
            () -> Json.list(who.cloud().pushesOf(event)),
            some -> !some.isEmpty(),
            "no push arrived at " + who.cloud().owner());
    require(pushes.size() == 1, "pushes that arrived: " + pushes.size());
    return pushes.path(0);
  }

  /// The call reached the phone by this way.
  ///
  /// @param via `frame` or `push`
  void reached(final DemoPhone who, final int from, final Sent sent, final String via) {
    need(
        who.await(from, report -> isRing(report, sent) && report.text("via").equals(via)),
        "no " + via + " of the call reached the phone of " + who.user());
  }

  private static boolean isRing(final Report report, final Sent sent) {
    return report.what().equals("arrived")
        && report.text("kind").equals("ring")
        && report.text("call").equals(sent.call());
  }

  String missedCallOf(final String user) {
    return patiently(
            () -> missedCalls(user), events -> !events.isEmpty(), "no missed call was noted")
        .path(0)
        .path("event")
        .asText();
  }

  JsonNode missedCalls(final String user) {
    return Json.list(
        Json.elements(api.get(at("users", user, "events")).path("events"))
            .filter(each -> each.path("type").asText().equals("missed-call"))
            .toList());
  }

  // ---- what the user of a phone does --------------------------------------------------------

  /// The user looks at the app; returns when the server knows.
  void open(final DemoPhone who) {
    who.does("foreground");
    patiently(
        () -> api.get(at("installations", who.installation())),
        it -> it.path("live").path("state").asText().equals("foreground"),
        "the phone of " + who.user() + " did not open its channel");
    presence(who, "available");
  }

  /// The app says that it goes to sleep; returns when the server knows.
  ///
  /// @param word how the app calls it
  void sleep(final DemoPhone who, final String word) {
    who.does("suspend " + word);
    patiently(
        () -> api.get(at("installations", who.installation())),
        it -> !it.path("live").path("channelOpen").asBoolean(),
        "the phone of " + who.user() + " did not close its channel");
    presence(who, "away");
  }

  private void presence(final DemoPhone who, final String expected) {
    final String shown = api.get(at("users", who.user(), "presence")).path("presence").asText();
    require(shown.equals(expected), who.user() + " was shown as " + shown);
  }

  // ---- more of looking ----------------------------------------------------------------------

  static void decided(final JsonNode device, final String decision) {
    final String was = device.path("decision").asText();
    require(
        was.equals(decision),
        "the decision was "
            + was
            + ": "
            + device.path("why").path("sentence").asText()
            + " ("
            + device.path("why").path("code").asText()
            + ")");
  }

  static Duration between(final Sent sent, final JsonNode moment) {
    return Duration.between(sent.when(), Instant.parse(moment.asText()));
  }

  /// The first answer that is enough.
  static JsonNode patiently(
      final Supplier<JsonNode> question, final Predicate<JsonNode> enough, final String otherwise) {
    final long until = System.nanoTime() + PATIENCE.toNanos();
    JsonNode answer = question.get();
    while (!enough.test(answer)) {
      require(System.nanoTime() < until, otherwise);
      pause(Duration.ofMillis(40));
      answer = question.get();
    }
    return answer;
  }

  private static void pause(final Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.no("The demo was interrupted.", "");
    }
  }

  // ---- judging ------------------------------------------------------------------------------

  static void require(final boolean held, final String otherwise) {
    if (!held) {
      throw new Mismatch(otherwise);
    }
  }

  static Report need(final Optional<Report> report, final String otherwise) {
    return report.orElseThrow(() -> new Mismatch(otherwise));
  }
}

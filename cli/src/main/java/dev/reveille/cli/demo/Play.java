package dev.reveille.cli.demo;

import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.demo.Actor.Report;
import dev.reveille.cli.demo.Scene.Otherwise;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// The scenes, in their order. Anna's app is open, Bob's phone is locked. Each scene hands in one
/// event, waits for what the phones report, and compares it with the trail.
final class Play {
  /// Longer than anything takes that works, on a busy machine too.
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /// So long a second ring would have had time to come.
  private static final Duration QUIET = Duration.ofMillis(400);

  private static final String DESK = "desk phone";

  /// An event on its way.
  private record Sent(String event, String call, Instant when) {}

  private record Happened(String event, String words, Duration after) {}

  private final Api api;
  private final Apple apple;
  private final Actor anna;
  private final Actor bob;
  private Sent ringing = new Sent("", "", Instant.EPOCH);
  private String last = ""; // event handed in, so that a scene that fails can be explained too

  Play(final Api api, final Apple apple, final Actor anna, final Actor bob) {
    this.api = api;
    this.apple = apple;
    this.anna = anna;
    this.bob = bob;
  }

  List<Supplier<Scene>> scenes() {
    return List.of(
        this::pushIsOff,
        this::pushIsSwitchedOn,
        this::callToOpenApp,
        this::messageToOpenApp,
        this::callToSleepingPhone,
        this::callerGivesUp,
        this::messageToSleepingPhone,
        this::answeredElsewhere,
        this::nobodyComplained);
  }

  // ---- scenes -------------------------------------------------------------------------------

  private Scene pushIsOff() {
    return scene(
        "A message to Bob, whose phone is locked, on a fresh server",
        "no push leaves: pushes are off until somebody switches them on",
        () -> {
          final Sent sent = message("bob", "Anna", "Are you there?");
          final JsonNode device = settled(sent.event(), bob);
          decided(device, "suppress");
          final String why = device.path("why").path("code").asText();
          require(why.equals("RV-311"), "it was suppressed for another reason: " + why);
          require(apple.pushesOf(sent.event()).isEmpty(), "a push arrived at Apple");
          return new Happened(
              sent.event(),
              "nothing was sent, and the trail names the remedy",
              between(sent, device.path("at")));
        });
  }

  private Scene pushIsSwitchedOn() {
    return scene(
        "reveille settings set push-notification apple=true",
        "the setting is kept, with its version",
        () -> {
          final ObjectNode values = Json.object();
          values.set("values", Json.object().put("apple", true));
          final JsonNode setting = api.patch(at("settings", "push-notification", "global"), values);
          final String apple = String.join("", Json.texts(setting.path("values").path("apple")));
          require(apple.equals("true"), "apple = " + apple);
          return new Happened(
              "", "apple = true, version " + setting.path("version").asText(), Duration.ZERO);
        });
  }

  private Scene callToOpenApp() {
    return scene(
        "A call to Anna, whose app is open",
        "the live channel and a push at once, and one ring; she answers",
        () -> {
          final int from = anna.now();
          final Sent sent = call("Bob", "anna");
          final Report rang = rang(anna, from, sent);
          waitForPush(sent.event()); // answered at once, the push would not leave any more
          anna.does("answer " + sent.call());
          need(anna.await(from, "answered", "call", sent.call()), "the answer was not confirmed");
          final JsonNode device = settled(sent.event(), anna);
          decided(device, "live-and-push");
          ringsOnce(anna, from, sent);
          require(
              callState(sent).path("end").path("by").asText().equals("anna"),
              "the call did not end as answered by anna");
          return new Happened(
              sent.event(),
              "rang once (by " + way(rang) + " first), the push folded into it, answered by anna",
              Actor.between(sent.when(), rang));
        });
  }

  private Scene messageToOpenApp() {
    return scene(
        "A message to Anna, whose app is open",
        "the live channel only: no push while the app acknowledges",
        () -> {
          final int from = anna.now();
          final Sent sent = message("anna", "Bob", "Lunch?");
          final Report arrived =
              need(anna.await(from, "message", "event", sent.event()), "the message did not come");
          final JsonNode device = settled(sent.event(), anna);
          require(!device.path("acknowledgedAt").isMissingNode(), "it was not acknowledged");
          require(apple.pushesOf(sent.event()).isEmpty(), "a push arrived at Apple");
          return new Happened(
              sent.event(),
              "shown and acknowledged over the live channel, no push",
              Actor.between(sent.when(), arrived));
        });
  }

  private Scene callToSleepingPhone() {
    return scene(
        "A call to Bob, whose phone is locked",
        "a push on the VoIP channel, and the phone rings by itself",
        () -> {
          final int from = bob.now();
          ringing = call("Anna", "bob");
          final Report rang = rang(bob, from, ringing);
          final JsonNode device = trailOf(ringing.event(), bob);
          decided(device, "push");
          final JsonNode push = waitForPush(ringing.event());
          final String type = push.path("headers").path("apns-push-type").asText();
          require(type.equals("voip"), "the push was of type " + type);
          ringsOnce(bob, from, ringing);
          return new Happened(
              ringing.event(),
              "rang once, woken by a voip push",
              Actor.between(ringing.when(), rang));
        });
  }

  private Scene callerGivesUp() {
    return scene(
        "Anna gives up calling Bob",
        "his phone falls silent, and a missed call is noted",
        () -> {
          final int from = bob.now();
          final Instant when = Instant.now();
          api.post(at("calls", ringing.call(), "cancel"), Json.object());
          final Report over =
              need(bob.await(from, "ring-over", "call", ringing.call()), "it went on ringing");
          final String missed = missedCallOf("bob");
          return new Happened(
              missed,
              "silent (" + over.text("how") + "), missed call noted as " + missed,
              Actor.between(when, over));
        });
  }

  private Scene messageToSleepingPhone() {
    return scene(
        "A message to Bob, whose phone is locked again",
        "an alert; a tap opens the app, which downloads it, and the one held back before",
        () -> {
          bob.does("suspend locked");
          awaitChannelClosed();
          final int from = bob.now();
          final Sent sent = message("bob", "Anna", "See you at eight");
          final Report alert =
              need(bob.await(from, "alert", "event", sent.event()), "no alert appeared");
          decided(trailOf(sent.event(), bob), "push");
          bob.does("tap " + sent.event());
          need(bob.await(from, "message", "event", sent.event()), "the app did not download it");
          final long downloaded = bob.all(from, "message");
          return new Happened(
              sent.event(),
              "alert shown, tapped, session resumed, " + downloaded + " entries downloaded",
              Actor.between(sent.when(), alert));
        });
  }

  private Scene answeredElsewhere() {
    return scene(
        "A call to Anna and Bob, taken on the " + DESK,
        "both phones ring, and both fall silent without a missed call",
        () -> {
          bob.does("suspend locked");
          awaitChannelClosed();
          final int fromAnna = anna.now();
          final int fromBob = bob.now();
          final Sent sent = call("Carol", "anna", "bob");
          rang(anna, fromAnna, sent);
          rang(bob, fromBob, sent);
          final Instant when = Instant.now();
          api.post(at("calls", sent.call(), "answer-elsewhere"), Json.object().put("where", DESK));
          final Report silentAnna =
              need(
                  anna.await(fromAnna, "ring-over", "call", sent.call()), "Anna's went on ringing");
          final Report silentBob =
              need(bob.await(fromBob, "ring-over", "call", sent.call()), "Bob's went on ringing");
          ringsOnce(anna, fromAnna, sent);
          ringsOnce(bob, fromBob, sent);
          final boolean annaLast = silentAnna.at().isAfter(silentBob.at());
          return new Happened(
              sent.event(),
              "both rang once, both silent: " + silentAnna.text("how"),
              Actor.between(when, annaLast ? silentAnna : silentBob));
        });
  }

  private Scene nobodyComplained() {
    return scene(
        "What the phones have to complain about",
        "nothing: no ring after its end, no VoIP push without a call, no second ring",
        () -> {
          final List<String> all =
              java.util.stream.Stream.of(anna, bob)
                  .flatMap(each -> each.violations(0).stream())
                  .toList();
          require(all.isEmpty(), String.join("; ", all));
          return new Happened("", "nothing", Duration.ZERO);
        });
  }

  // ---- handing in ---------------------------------------------------------------------------

  private Sent call(final String caller, final String... to) {
    final String call = UUID.randomUUID().toString();
    final ObjectNode event = event("call", to);
    event.putObject("call").put("id", call).putObject("caller").put("name", caller);
    event.put("ringFor", "PT60S");
    return handIn(event, call);
  }

  private Sent message(final String to, final String from, final String text) {
    final ObjectNode event = event("message", to);
    event.put("conversation", "demo").putObject("content").put("title", from).put("text", text);
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

  private Report rang(final Actor who, final int from, final Sent sent) {
    return need(
        who.await(from, "rang", "call", sent.call()),
        "the phone of " + who.user() + " did not ring");
  }

  private void ringsOnce(final Actor who, final int from, final Sent sent) {
    pause(QUIET);
    final long rings = who.count(from, "rang", "call", sent.call());
    require(rings == 1, "the phone of " + who.user() + " rang " + rings + " times");
  }

  private static String way(final Report rang) {
    return switch (rang.text("via")) {
      case "push" -> "push";
      default -> "live channel";
    };
  }

  private JsonNode callState(final Sent sent) {
    return api.get(at("calls", sent.call()));
  }

  private JsonNode trailOf(final String event, final Actor who) {
    return patiently(
        () ->
            Json.elements(api.get(at("events", event, "trail")).path("devices"))
                .filter(each -> who.installation().equals(each.path("installation").asText()))
                .findFirst()
                .orElse(Json.object()),
        device -> !device.isEmpty(),
        "the trail of " + event + " does not know the phone of " + who.user());
  }

  private JsonNode settled(final String event, final Actor who) {
    return patiently(
        () -> trailOf(event, who),
        device -> device.path("settled").asBoolean(),
        "the trail of " + event + " does not come to an end");
  }

  private JsonNode waitForPush(final String event) {
    return patiently(
            () -> Json.list(apple.pushesOf(event)),
            pushes -> !pushes.isEmpty(),
            "no push of " + event + " arrived at Apple")
        .path(0);
  }

  private String missedCallOf(final String user) {
    return patiently(
            () ->
                Json.elements(api.get(at("users", user, "events")).path("events"))
                    .filter(each -> each.path("type").asText().equals("missed-call"))
                    .findFirst()
                    .orElse(Json.object()),
            event -> !event.isEmpty(),
            "no missed call was noted")
        .path("event")
        .asText();
  }

  /// The app says that it goes to sleep; the server knows a moment later.
  private void awaitChannelClosed() {
    patiently(
        () -> api.get(at("installations", bob.installation())),
        it -> !it.path("live").path("channelOpen").asBoolean(),
        "Bob's phone did not close its channel");
  }

  private static void decided(final JsonNode device, final String decision) {
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

  private static Duration between(final Sent sent, final JsonNode moment) {
    return Duration.between(sent.when(), Instant.parse(moment.asText()));
  }

  private static JsonNode patiently(
      final Supplier<JsonNode> question,
      final java.util.function.Predicate<JsonNode> enough,
      final String otherwise) {
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

  private static void require(final boolean held, final String otherwise) {
    if (!held) {
      throw new Otherwise(otherwise);
    }
  }

  private static Report need(final java.util.Optional<Report> report, final String otherwise) {
    return report.orElseThrow(() -> new Otherwise(otherwise));
  }

  private Scene scene(final String title, final String expected, final Supplier<Happened> plot) {
    last = "";
    try {
      final Happened it = plot.get();
      return new Scene(title, expected, it.words(), true, it.event(), it.after());
    } catch (Otherwise | Failure e) {
      return new Scene(title, expected, String.valueOf(e.getMessage()), false, last, Duration.ZERO);
    }
  }
}

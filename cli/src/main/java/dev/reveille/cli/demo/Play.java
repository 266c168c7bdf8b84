package dev.reveille.cli.demo;

import static dev.reveille.cli.demo.Witness.between;
import static dev.reveille.cli.demo.Witness.decided;
import static dev.reveille.cli.demo.Witness.need;
import static dev.reveille.cli.demo.Witness.require;
import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.demo.Actor.Report;
import dev.reveille.cli.demo.Scene.Otherwise;
import dev.reveille.cli.demo.Witness.Sent;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The scenes, in their order. Anna's app is open, Bob's phone sleeps. Each scene hands in one
/// event, waits for what the phones report, and compares it with the trail.
final class Play {
  private static final String DESK = "desk phone";

  private record Happened(String event, String words, Duration after) {}

  private final Api api;
  private final Apple apple;
  private final Actor anna;
  private final Actor bob;
  private final Witness witness;
  private Sent heldBack = new Sent("", "", Instant.EPOCH);
  private Sent ringing = new Sent("", "", Instant.EPOCH);

  Play(final Api api, final Apple apple, final Actor anna, final Actor bob) {
    this.api = api;
    this.apple = apple;
    this.anna = anna;
    this.bob = bob;
    this.witness = new Witness(api, apple);
  }

  List<Supplier<Scene>> scenes() {
    return List.of(
        this::pushIsOff,
        this::pushIsSwitchedOn,
        this::callToSleepingPhone,
        this::callerGivesUp,
        this::messageToSleepingPhone,
        this::callToOpenApp,
        this::messageToOpenApp,
        this::answeredElsewhere,
        this::nobodyComplained);
  }

  // ---- scenes -------------------------------------------------------------------------------

  private Scene pushIsOff() {
    return scene(
        "A message to Bob, whose phone sleeps, on a fresh server",
        "no push leaves: pushes are off until somebody switches them on",
        () -> {
          heldBack = witness.message("bob", "Anna", "Are you there?");
          final JsonNode device = witness.settled(heldBack.event(), bob);
          decided(device, "suppress");
          final String why = device.path("why").path("code").asText();
          require(why.equals("RV-311"), "it was suppressed for another reason: " + why);
          require(apple.pushesOf(heldBack.event()).isEmpty(), "a push arrived at Apple");
          return new Happened(
              heldBack.event(),
              "nothing was sent, and the trail names the remedy",
              between(heldBack, device.path("at")));
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
          final int folded = anna.folded();
          final int from = anna.now();
          final Sent sent = witness.call("Bob", "anna");
          final Report rang = witness.rang(anna, from, sent);
          witness.waitForPush(sent.event()); // answered at once, the push would not leave any more
          witness.waitForFolding(anna, folded);
          anna.does("answer " + sent.call());
          need(anna.await(from, "answered", "call", sent.call()), "the answer was not confirmed");
          final JsonNode device = witness.settled(sent.event(), anna);
          decided(device, "live-and-push");
          witness.ringsOnce(anna, from, sent);
          require(
              witness.callState(sent).path("end").path("by").asText().equals("anna"),
              "the call did not end as answered by anna");
          return new Happened(
              sent.event(),
              "rang once (by "
                  + Witness.way(rang)
                  + " first), the push folded into it, answered by anna",
              Actor.between(sent.when(), rang));
        });
  }

  private Scene messageToOpenApp() {
    return scene(
        "A message to Anna, whose app is open",
        "the live channel only: no push while the app acknowledges",
        () -> {
          final int from = anna.now();
          final Sent sent = witness.message("anna", "Bob", "Lunch?");
          final Report arrived =
              need(anna.await(from, "message", "event", sent.event()), "the message did not come");
          final JsonNode device = witness.settled(sent.event(), anna);
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
        "A call to Bob, whose phone sleeps",
        "a push on the VoIP channel, and the phone rings by itself",
        () -> {
          final int from = bob.now();
          ringing = witness.call("Anna", "bob");
          final Report rang = witness.rang(bob, from, ringing);
          final JsonNode device = witness.trailOf(ringing.event(), bob);
          decided(device, "push");
          final JsonNode push = witness.waitForPush(ringing.event());
          final String type = push.path("headers").path("apns-push-type").asText();
          require(type.equals("voip"), "the push was of type " + type);
          witness.ringsOnce(bob, from, ringing);
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
          final String missed = witness.missedCallOf("bob");
          return new Happened(
              missed,
              "silent (" + over.text("how") + "), missed call noted as " + missed,
              Actor.between(when, over));
        });
  }

  private Scene messageToSleepingPhone() {
    return scene(
        "A message to Bob, whose phone sleeps again, locked",
        "an alert; a tap opens the app, which resumes its session and downloads what it missed",
        () -> {
          bob.does("suspend locked");
          witness.awaitChannelClosed(bob);
          final int from = bob.now();
          final Sent sent = witness.message("bob", "Anna", "See you at eight");
          final Report alert =
              need(bob.await(from, "alert", "event", sent.event()), "no alert appeared");
          decided(witness.trailOf(sent.event(), bob), "push");
          bob.does("tap " + sent.event());
          need(bob.await(from, "message", "event", sent.event()), "the app did not download it");
          need(
              bob.await(0, "message", "event", heldBack.event()),
              "the message that was held back before did not come");
          return new Happened(
              sent.event(),
              "alert shown, tapped, downloaded; the one held back before is there too",
              Actor.between(sent.when(), alert));
        });
  }

  private Scene answeredElsewhere() {
    return scene(
        "A call to Anna and Bob, taken on the " + DESK,
        "both phones ring, and both fall silent without a missed call",
        () -> {
          bob.does("suspend locked");
          witness.awaitChannelClosed(bob);
          final int fromAnna = anna.now();
          final int fromBob = bob.now();
          final Sent sent = witness.call("Carol", "anna", "bob");
          witness.rang(anna, fromAnna, sent);
          witness.rang(bob, fromBob, sent);
          final int missed = witness.missedCalls("bob").size();
          final Instant when = Instant.now();
          api.post(at("calls", sent.call(), "answer-elsewhere"), Json.object().put("where", DESK));
          final Report silentAnna =
              need(
                  anna.await(fromAnna, "ring-over", "call", sent.call()), "Anna's went on ringing");
          final Report silentBob =
              need(bob.await(fromBob, "ring-over", "call", sent.call()), "Bob's went on ringing");
          witness.ringsOnce(anna, fromAnna, sent);
          witness.ringsOnce(bob, fromBob, sent);
          require(
              witness.missedCalls("anna").isEmpty() && witness.missedCalls("bob").size() == missed,
              "a missed call was noted");
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
              Stream.of(anna, bob).flatMap(each -> each.violations(0).stream()).toList();
          require(all.isEmpty(), String.join("; ", all));
          return new Happened("", "nothing", Duration.ZERO);
        });
  }

  private Scene scene(final String title, final String expected, final Supplier<Happened> plot) {
    witness.forget();
    try {
      final Happened it = plot.get();
      return new Scene(title, expected, it.words(), true, it.event(), it.after());
    } catch (Otherwise | Failure e) {
      return new Scene(
          title, expected, String.valueOf(e.getMessage()), false, witness.last(), Duration.ZERO);
    }
  }
}

package dev.reveille.cli.demo;

import static dev.reveille.cli.demo.Witness.between;
import static dev.reveille.cli.demo.Witness.decided;
import static dev.reveille.cli.demo.Witness.need;
import static dev.reveille.cli.demo.Witness.require;
import static dev.reveille.cli.wire.Api.at;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.demo.DemoPhone.Report;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.demo.Witness.Sent;
import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Api;
import dev.reveille.cli.wire.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// The scenes besides the behaviour table: what a fresh server does, and how a ring ends. Each
/// hands in one event, waits for what the phones report, and compares it with the trail.
final class DemoScenes {
  private static final String DESK = "desk phone";

  private record Happened(String event, String words, Duration after) {}

  private final Api api;
  private final Witness witness;
  private final List<DemoPhone> phones;
  private final DemoPhone anna;
  private final DemoPhone bob;
  private Sent heldBack = new Sent("", "", Instant.EPOCH);

  /// @param phones the first is Anna's, the second Bob's
  DemoScenes(final Api api, final Witness witness, final List<DemoPhone> phones) {
    this.api = api;
    this.witness = witness;
    this.phones = phones;
    this.anna = phones.get(0);
    this.bob = phones.get(1);
  }

  List<Supplier<Scene>> before() {
    return List.of(this::pushIsOff, this::pushIsSwitchedOn, this::nothingWasLost);
  }

  List<Supplier<Scene>> after() {
    return List.of(this::callerGivesUp, this::answeredElsewhere, this::noViolations);
  }

  // ---- scenes -------------------------------------------------------------------------------

  private Scene pushIsOff() {
    return scene(
        "A message to Bob, whose phone sleeps, on a fresh server",
        "no push leaves: pushes are off until an operator switches them on",
        () -> {
          heldBack = witness.message("bob", "Anna", "Are you there?");
          final JsonNode device = witness.settled(heldBack.event(), bob);
          decided(device, "suppress");
          final String why = device.path("why").path("code").asText();
          require(why.equals("RV-311"), "it was suppressed for another reason: " + why);
          require(
              bob.cloud().pushesOf(heldBack.event()).isEmpty(),
              "a push arrived at " + bob.cloud().owner());
          return new Happened(
              heldBack.event(),
              "nothing was sent, and the trail names the remedy",
              between(heldBack, device.path("at")));
        });
  }

  private Scene pushIsSwitchedOn() {
    return scene(
        "reveille settings set push-notification apple=true google=true",
        "the setting is kept, with its version",
        () -> {
          final ObjectNode values = Json.object();
          values.set("values", Json.object().put("apple", true).put("google", true));
          final JsonNode setting = api.patch(at("settings", "push-notification", "global"), values);
          for (final String service : List.of("apple", "google")) {
            final String is = String.join("", Json.texts(setting.path("values").path(service)));
            require(is.equals("true"), service + " = " + is);
          }
          return new Happened(
              "", "both are on, version " + setting.path("version").asText(), Duration.ZERO);
        });
  }

  private Scene nothingWasLost() {
    return scene(
        "Bob opens his app",
        "the message that made no push waited for him",
        () -> {
          final Instant when = Instant.now();
          bob.does("foreground");
          final Report came =
              need(bob.await(0, "message", "event", heldBack.event()), "it did not come");
          return new Happened("", "it is there", DemoPhone.between(when, came));
        });
  }

  private Scene callerGivesUp() {
    return scene(
        "Anna calls Bob, whose phone is locked, and gives up",
        "his phone rings, falls silent, and a missed call is noted",
        () -> {
          sleep(bob);
          final int from = bob.now();
          final Sent sent = witness.call("Anna", "bob");
          witness.rang(bob, from, sent);
          final Instant when = Instant.now();
          api.post(at("calls", sent.call(), "cancel"), Json.object());
          final Report over =
              need(bob.await(from, "ring-over", "call", sent.call()), "it went on ringing");
          final String missed = witness.missedCallOf("bob");
          return new Happened(
              missed,
              "silent (" + over.text("how") + "), missed call noted as " + missed,
              DemoPhone.between(when, over));
        });
  }

  private Scene answeredElsewhere() {
    return scene(
        "A call to Anna, whose app is open, and Bob, whose phone is locked, taken on the " + DESK,
        "both phones ring, and both fall silent without a missed call",
        () -> {
          witness.open(anna);
          sleep(bob);
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
              DemoPhone.between(when, annaLast ? silentAnna : silentBob));
        });
  }

  /// Its word for its state reaches the server only while its channel is open.
  private void sleep(final DemoPhone phone) {
    witness.open(phone);
    witness.sleep(phone, "locked");
  }

  private Scene noViolations() {
    return scene(
        "What the phones have to complain about",
        "nothing: no ring after its end, no VoIP push without a call, no second ring",
        () -> {
          final List<String> all =
              phones.stream().flatMap(each -> each.violations(0).stream()).toList();
          require(all.isEmpty(), String.join("; ", all));
          return new Happened("", "nothing", Duration.ZERO);
        });
  }

  private Scene scene(final String title, final String expected, final Supplier<Happened> plot) {
    witness.forget();
    try {
      final Happened it = plot.get();
      return new Scene(title, expected, it.words(), true, it.event(), it.after());
    } catch (Mismatch | Failure e) {
      return new Scene(
          title, expected, String.valueOf(e.getMessage()), false, witness.last(), Duration.ZERO);
    }
  }
}

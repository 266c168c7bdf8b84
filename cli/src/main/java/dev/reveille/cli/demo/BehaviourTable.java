package dev.reveille.cli.demo;

import static dev.reveille.cli.demo.Witness.decided;
import static dev.reveille.cli.demo.Witness.need;
import static dev.reveille.cli.demo.Witness.require;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.demo.BehaviourRow.Arriving;
import dev.reveille.cli.demo.DemoPhone.Report;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.demo.Witness.Sent;
import dev.reveille.cli.terminal.Failure;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Plays the behaviour table row by row: brings a phone into the row's state, hands in one event,
/// waits for what the phone reports, and holds it against the trail and against what arrived at the
/// push service.
final class BehaviourTable {
  private record Happened(String words, Sent sent, Report report) {}

  private final Witness witness;
  private final List<DemoPhone> phones;

  /// The push token that calls came in by, per kind of phone.
  private final Map<PhoneKind, String> ringTokens = new EnumMap<>(PhoneKind.class);

  /// @param phones one per kind
  BehaviourTable(final Witness witness, final List<DemoPhone> phones) {
    this.witness = witness;
    this.phones = phones;
  }

  Scene play(final BehaviourRow row) {
    witness.forget();
    try {
      final DemoPhone phone = phone(row.kind());
      enter(phone, row.state());
      final Happened it = happen(row, phone);
      return scene(row, it.words(), true, DemoPhone.between(it.sent().when(), it.report()));
    } catch (Mismatch | Failure e) {
      return scene(row, String.valueOf(e.getMessage()), false, Duration.ZERO);
    }
  }

  private Scene scene(
      final BehaviourRow row, final String happened, final boolean held, final Duration after) {
    return new Scene(row.title(), row.expected(), happened, held, witness.last(), after);
  }

  private DemoPhone phone(final PhoneKind kind) {
    return phones.stream()
        .filter(each -> each.kind() == kind)
        .findFirst()
        .orElseThrow(() -> new Mismatch("there is no phone with " + kind.label()));
  }

  private void enter(final DemoPhone phone, final BehaviourRow.State state) {
    witness.open(phone);
    if (state.isAsleep()) {
      witness.sleep(phone, state.reported());
    }
  }

  private Happened happen(final BehaviourRow row, final DemoPhone phone) {
    if (row.what() == Arriving.CALL) {
      return row.state().isAsleep() ? callAsleep(row, phone) : callOpen(phone);
    }
    return row.state().isAsleep() ? wordsAsleep(row, phone) : wordsOpen(row, phone);
  }

  /// Both ways at once, one ring, and the live channel sets the call up.
  private Happened callOpen(final DemoPhone phone) {
    final int from = phone.now();
    final Sent sent = witness.call("Dora", phone.user());
    final Report rang = witness.rang(phone, from, sent);
    final JsonNode push = witness.waitForPush(phone, sent.event());
    require(phone.cloud().rings(push), "the push was none that rings");
    witness.reached(phone, from, sent, "frame");
    witness.reached(phone, from, sent, "push");
    answer(phone, from, sent);
    final JsonNode device = witness.settled(sent.event(), phone);
    decided(device, "live-and-push");
    require(!device.path("acknowledgedAt").isMissingNode(), "it was not acknowledged");
    witness.ringsOnce(phone, from, sent);
    return new Happened(Witness.way(rang) + " first, rang once", sent, rang);
  }

  /// Shown inside the app; no push while it acknowledges.
  private Happened wordsOpen(final BehaviourRow row, final DemoPhone phone) {
    final int from = phone.now();
    final Sent sent = words(row, phone);
    final Report shown =
        need(phone.await(from, "message", "event", sent.event()), "it did not come");
    final JsonNode device = witness.settled(sent.event(), phone);
    require(!device.path("acknowledgedAt").isMissingNode(), "it was not acknowledged");
    final int pushes = phone.cloud().pushesOf(sent.event()).size();
    require(pushes == 0, "pushes that arrived: " + pushes);
    return new Happened("acknowledged, no push", sent, shown);
  }

  /// The push wakes the app and it rings; the user has not touched the phone.
  private Happened callAsleep(final BehaviourRow row, final DemoPhone phone) {
    final int from = phone.now();
    final Sent sent = witness.call("Dora", phone.user());
    final Report rang = witness.rang(phone, from, sent);
    require(rang.text("caller").equals("Dora"), "the ring did not say who calls");
    asleep(sent, phone);
    final JsonNode push = witness.waitForPush(phone, sent.event());
    require(phone.cloud().rings(push), "the push was none that rings");
    ringTokens.put(row.kind(), push.path("token").asText());
    witness.ringsOnce(phone, from, sent);
    answer(phone, from, sent);
    return new Happened("rang once, answered", sent, rang);
  }

  /// An alert, and nothing more until the user taps it; then the session resumes and downloads.
  private Happened wordsAsleep(final BehaviourRow row, final DemoPhone phone) {
    final int from = phone.now();
    final Sent sent = words(row, phone);
    final Report alert =
        need(phone.await(from, "alert", "event", sent.event()), "no alert appeared");
    asleep(sent, phone);
    final JsonNode push = witness.waitForPush(phone, sent.event());
    final boolean ringChannel = push.path("token").asText().equals(ringTokens.get(row.kind()));
    final boolean shared = row.kind().hasOneChannel() || row.kind() == PhoneKind.ANDROID;
    require(ringChannel == shared, "it came by the wrong channel");
    require(
        phone.count(from, "message", "event", sent.event()) == 0,
        "it was downloaded before the user tapped");
    phone.does("tap " + sent.event());
    need(phone.await(from, "message", "event", sent.event()), "the app did not download it");
    return new Happened("alert, tapped, fetched", sent, alert);
  }

  private void asleep(final Sent sent, final DemoPhone phone) {
    final JsonNode device = witness.trailOf(sent.event(), phone);
    decided(device, "push");
    final JsonNode known = device.path("known");
    require(
        known.path("state").asText().equals("suspended") && !known.path("channelOpen").asBoolean(),
        "the server thought that it was awake");
  }

  private Sent words(final BehaviourRow row, final DemoPhone phone) {
    return row.what() == Arriving.MESSAGE
        ? witness.message(phone.user(), "Dora", "Lunch?")
        : witness.voicemail(phone.user(), "From Dora, 0:42");
  }

  private static void answer(final DemoPhone phone, final int from, final Sent sent) {
    phone.does("answer " + sent.call());
    need(phone.await(from, "answered", "call", sent.call()), "the answer was not confirmed");
  }
}

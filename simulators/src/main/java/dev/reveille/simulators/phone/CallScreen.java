package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The calls of a simulated phone as its user sees them and acts on them: rings, answers, declines,
/// and the moment in which the phone falls silent. Called on the phone's [Serial] executor.
final class CallScreen {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Phone phone;
  private final PhoneOptions options;
  private final PhoneNetwork network;
  private final CallLedger ledger = new CallLedger();

  CallScreen(final Phone phone, final PhoneOptions options, final PhoneNetwork network) {
    this.phone = phone;
    this.options = options;
    this.network = network;
  }

  CallLedger ledger() {
    return ledger;
  }

  List<String> ringing() {
    return ledger.ringing();
  }

  private static ObjectNode fields() {
    return JSON.createObjectNode();
  }

  void ring(
      final String call,
      final String event,
      final Optional<Instant> until,
      final String caller,
      final String via,
      final Instant at) {
    switch (ledger.ring(event, call, until, at)) {
      case RANG -> {
        phone.report(
            "rang",
            at,
            fields().put("call", call).put("event", event).put("via", via).put("caller", caller));
        options
            .answerAfter()
            .ifPresent(delay -> network.in(delay, () -> ifRinging(call, () -> phone.answer(call))));
        options
            .declineAfter()
            .ifPresent(
                delay -> network.in(delay, () -> ifRinging(call, () -> phone.decline(call, true))));
      }
      case FOLDED -> {}
      case AFTER_END -> phone.violation("ring-after-end", call + " by " + via);
      case TOO_LATE ->
          phone.violation(
              "ring-too-late",
              call + " by " + via + ", " + until.map(Instant::toString).orElse(""));
    }
  }

  private void ifRinging(final String call, final Runnable action) {
    phone.think(() -> {
      if (ledger.isRinging(call)) {
        action.run();
      }
    });
  }

  void over(final String call, final String how, final Instant at) {
    if (ledger.over(call, at)) {
      phone.report("ring-over", at, fields().put("call", call).put("how", how));
    }
    if (ledger.ringing().isEmpty()) {
      phone.nothingRings();
    }
  }

  /// Asks the server how a call stands.
  void askState(final String call) {
    phone.request(
        "GET",
        "/calls/" + call,
        Optional.empty(),
        answer -> {
          if (answer.path("state").asText().equals("over")) {
            phone.arrivals().end(call, answer, Instant.now());
            over(call, answer.path("how").asText(), Instant.now());
          }
        });
  }

  void answer(final String call) {
    act("answer", call, fields());
  }

  void decline(final String call, final boolean everywhere) {
    act("decline", call, fields().put("everywhere", everywhere));
  }

  private void act(final String verb, final String call, final ObjectNode fields) {
    if (phone.isConnected()) {
      phone.say(fields.put("frame", verb).put("call", call).put("id", verb));
      return;
    }
    phone.request(
        "POST",
        "/calls/" + call + "/" + verb,
        Optional.of(fields),
        answer -> {
          final boolean done = !answer.hasNonNull("code");
          settled(verb, call, done ? answer : answer.path("call"), done);
        });
  }

  /// The server's `done` or `error` to what was asked on the channel.
  void acted(final JsonNode frame, final boolean done) {
    final var call = frame.path("call");
    settled(frame.path("of").asText(), call.path("call").asText(), call, done);
  }

  private void settled(
      final String verb, final String call, final JsonNode state, final boolean done) {
    final var word = verb.equals("answer") ? "answered" : "declined";
    phone.report(
        word,
        Instant.now(),
        fields().put("call", call).put("done", done).put("how", state.path("how").asText("")));
    over(call, state.path("how").asText(word), Instant.now());
  }
}

package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// Handles the pushes that reach a phone: calls that wake it, and alerts, which replace each other
/// by their collapse id. Called on the phone's [Serial] executor.
final class NotificationTray {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Phone phone;
  private final CallScreen calls;
  private final PhoneOptions options;
  private final PhoneNetwork network;
  private final Map<String, String> alerts = new HashMap<>(); // event or collapse id to event
  private int replaced;
  private int pushes;

  NotificationTray(
      final Phone phone,
      final CallScreen calls,
      final PhoneOptions options,
      final PhoneNetwork network) {
    this.phone = phone;
    this.calls = calls;
    this.options = options;
    this.network = network;
  }

  int alerts() {
    return alerts.size();
  }

  int replaced() {
    return replaced;
  }

  int pushes() {
    return pushes;
  }

  private static ObjectNode fields() {
    return JSON.createObjectNode();
  }

  void arrived(final JsonNode push, final Instant at) {
    pushes++;
    if (push.path("deleted").asBoolean(false)) {
      phone.report("deleted", at, fields()); // Google dropped what waited: the app reads its inbox
      phone.wake();
      return;
    }
    final var envelope = PushedEnvelope.of(push);
    if (push.at("/message/android/priority").asText("").equals("HIGH")
        && envelope.how().isEmpty()
        && !envelope.rings()
        && !envelope.shows()) {
      // Google takes the priority away from an app that shows nothing for it
      phone.violation("high-priority-without-notification", push.path("message").toString());
    }
    if (envelope.voip() && !options.hasOneChannel() && !envelope.rings()) {
      // the system ends an app that reports no call
      phone.violation("voip-push-without-call", push.path("payload").toString());
    }
    if (envelope.rings() && envelope.voip()) {
      calls.ring(
          envelope.call(), envelope.event(), envelope.expires(), envelope.caller(), "push", at);
      phone.receipt(envelope.event(), "received");
      phone.wake();
      calls.askState(envelope.call());
    } else if (!envelope.how().isEmpty() && !envelope.call().isEmpty()) {
      calls.over(envelope.call(), envelope.how(), at);
      show(envelope, at);
    } else if (envelope.shows()) {
      show(envelope, at);
    } else {
      phone.report("woken", at, fields().put("event", envelope.event()));
      phone.receipt(envelope.event(), "received");
    }
  }

  private void show(final PushedEnvelope envelope, final Instant at) {
    if (!envelope.shows()) {
      return;
    }
    final var fold = envelope.collapse().isEmpty() ? envelope.event() : envelope.collapse();
    final var before = alerts.put(fold, envelope.event());
    if (before != null) {
      replaced++;
    }
    phone.report(
        "alert",
        at,
        fields()
            .put("event", envelope.event())
            .put("title", envelope.title())
            .put("text", envelope.text())
            .put("replaces", before == null ? "" : before));
    phone.receipt(envelope.event(), "shown");
    options.tapsAfter().ifPresent(delay -> network.in(delay, () -> phone.tap(envelope.event())));
  }
}

package dev.reveille.bench;

import dev.reveille.simulators.apple.AppleOptions;
import dev.reveille.simulators.apple.AppleSimulator;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.apple.DeviceToken;
import dev.reveille.simulators.apple.SigningKey;
import dev.reveille.simulators.phone.PhoneReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Apple's simulator, in this process, for all servers of a siege. It records each arrival of a
/// victim's call, with the same clock as the senders of the calls.
final class SiegePlatform implements AutoCloseable {
  private final AppleSimulator apple = AppleSimulator.start(AppleOptions.DEFAULT);
  private final SigningKey key = apple.makeKey();
  private final Map<String, SiegeCall> calls = new ConcurrentHashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final AtomicLong tokens = new AtomicLong();

  AppleSimulator apple() {
    return apple;
  }

  SigningKey key() {
    return key;
  }

  /// A push token of a phone whose arrivals are written down.
  String listening(final String topic) {
    final var token = token(topic);
    final var _ = apple.connectPhone(token, push -> pushed(token, push));
    return token;
  }

  /// Push tokens of phones that stay silent.
  List<String> tokens(final String topic, final int count) {
    final var all = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      all.add(token(topic));
    }
    return all;
  }

  private String token(final String topic) {
    final var token = "%064x".formatted(tokens.incrementAndGet());
    apple.put(DeviceToken.active(token, topic, false));
    return token;
  }

  void expect(final SiegeCall call) {
    calls.put(call.id, call);
  }

  private void pushed(final String token, final ArrivedPush push) {
    try {
      final var payload = SetupApi.JSON.readTree(push.payload());
      final var call = payload.findValue("call");
      final var as = payload.findValue("class");
      if (call != null && as != null && as.asText().equals("call")) {
        arrived(call.asText(), new SiegeCall.Arrival(token, false, micros(push.at())));
      }
    } catch (final IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  /// What a live phone reports.
  void shown(final PhoneReport report) {
    if (report.is("arrived") && report.text("kind").equals("ring")) {
      arrived(
          report.text("call"),
          new SiegeCall.Arrival(
              report.phone(), report.text("via").equals("state"), micros(report.at())));
    } else if (report.is("violation")) {
      violations.add(report.phone() + ": " + report.text("rule") + " " + report.text("detail"));
    }
  }

  private void arrived(final String id, final SiegeCall.Arrival arrival) {
    final var call = calls.get(id);
    if (call != null) { // the attacker's calls are none of ours
      call.arrived(arrival);
    }
  }

  /// Rules of the protocol that a server broke, as the live phones saw it.
  List<String> violations() {
    return List.copyOf(violations);
  }

  static long micros(final Instant moment) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, moment);
  }

  @Override
  public void close() {
    apple.close();
  }
}

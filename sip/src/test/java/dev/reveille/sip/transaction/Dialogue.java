package dev.reveille.sip.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.sip.message.Samples;
import dev.reveille.sip.message.SipMessage;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Plays a script against transactions and holds what came out against it. A line is `milliseconds
/// action => what comes out, state`. Timers run at their own moments; what comes out at another
/// moment than that of its line is shown with its own, and fails the test.
final class Dialogue implements TransactionUser, ClientListener {
  private static final String BRANCH = "z9hG4bKone";

  private final Transactions transactions;
  private final List<String> out = new ArrayList<>();
  private final String method;
  private long now;
  private @Nullable ClientTransaction client;
  private @Nullable ServerTransaction server;

  Dialogue(final String method, final boolean isReliable) {
    this(method, new TransactionSettings(TimerValues.STANDARD, isReliable, 10));
  }

  Dialogue(final String method, final TransactionSettings settings) {
    this.method = method;
    this.transactions =
        new Transactions(settings, this, this::written, new RandomIds(new SecureRandom()));
  }

  Transactions transactions() {
    return transactions;
  }

  void plays(final String script) {
    for (final var line : script.strip().lines().toList()) {
      final var halves = line.split("=>", -1);
      final var words = halves[0].strip().split("\\s+");
      final var at = Long.parseLong(words[0]);
      advance(at);
      final var early = List.copyOf(out);
      out.clear();
      act(words);
      final var all = new ArrayList<>(early);
      all.addAll(out);
      out.clear();
      all.replaceAll(
          one -> one.startsWith(at + " ") ? one.substring(one.indexOf(' ') + 1) : "at " + one);
      all.add(state());
      final var expected = List.of(halves[1].strip().split(",\\s*"));
      assertEquals(expected, all, line);
    }
  }

  private String state() {
    if (client != null) {
      return client.state().name();
    }
    return server == null ? "-" : server.state().name();
  }

  private void advance(final long until) {
    while (transactions.nextTimerMillis() <= until) {
      now = transactions.nextTimerMillis();
      transactions.advance(now);
    }
    now = until;
  }

  private void act(final String[] words) {
    switch (words[1]) {
      case "." -> {}
      case "send" ->
          client =
              transactions.send(Samples.request(method, "call", BRANCH), this, now).orElse(client);
      case "cancel" -> transactions.cancel(Objects.requireNonNull(client), now);
      case "gets" -> transactions.receive(received(words[2]), now);
      case "says" -> {
        final var one = Objects.requireNonNull(server);
        transactions.respond(
            one, SipResponse.to(one.request(), Integer.parseInt(words[2])).build(), now);
      }
      case "breaks" -> transactions.fail();
      default -> throw new IllegalArgumentException(words[1]);
    }
  }

  private SipMessage received(final String what) {
    if (what.matches("\\d{3}")) {
      final var request = Objects.requireNonNull(client).request();
      return SipResponse.to(request, Integer.parseInt(what)).build().withToTag("theirs");
    }
    final var first = Samples.request(method, "call", BRANCH);
    return switch (what) {
      case "CANCEL" -> first.cancelling();
      case "ACK" -> first.acknowledging(SipResponse.to(first, 486).build().withToTag("ours"));
      case "ACK-OF-200" -> Samples.request(SipMethod.ACK, "call", "z9hG4bKother");
      default -> first;
    };
  }

  private void note(final String what) {
    out.add(now + " " + what);
  }

  private void written(final SipMessage message) {
    note(
        switch (message) {
          case SipRequest request -> request.method();
          case SipResponse response ->
              response.status()
                  + (response.cseq().method().equals(method) ? "" : " " + response.cseq().method());
        });
  }

  @Override
  public void response(final SipResponse response) {
    note("hears " + response.status());
  }

  @Override
  public void ended(final TransactionEnd why) {
    note("ended " + why);
  }

  @Override
  public void request(final ServerTransaction transaction) {
    server = transaction;
    note("asked " + transaction.request().method());
  }

  @Override
  public void cancelled(final ServerTransaction invite) {
    note("cancelled");
  }

  @Override
  public void acknowledged(final SipRequest ack) {
    note("acknowledged");
  }

  @Override
  public void ended(final ServerTransaction transaction, final TransactionEnd why) {
    note("ended " + why);
  }
}

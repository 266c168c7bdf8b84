package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.address;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Send;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Sends, audiences and what came of them, for tests.
abstract class SendFanOutStage {
  static final Duration LIFE = Duration.ofHours(1);

  final RoutingFixture fixture = new RoutingFixture();

  SendFanOutStage() {
    fixture.switchEverythingOn();
  }

  // ---- whom to tell ---------------------------------------------------------------------------

  static List<Addressed> addresses(final int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Samples::address).toList();
  }

  /// Addresses with even numbers, as if the odd ones had been removed.
  record Even(int count, Set<Integer> asked) implements Audiences {
    @Override
    public Page page(final Audience.Registered audience, final long after, final int most) {
      asked.add(most);
      final var some = new ArrayList<Numbered>();
      for (long number = after + 1; number <= audience.upTo() && some.size() < most; number++) {
        if (number % 2 == 0) {
          some.add(new Numbered(number, address((int) number)));
        }
      }
      return new Page(some, some.size() < most);
    }

    @Override
    public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
      return IntStream.rangeClosed(1, count)
          .mapToObj(Samples::address)
          .filter(one -> one.key().equals(key))
          .findFirst();
    }
  }

  Answer submit(final Send send) {
    final var told = new ArrayList<Answer>();
    fixture.routing.sends().submit(send, 1, told::add);
    fixture.store.commit();
    assertEquals(1, told.size(), "each send is answered once");
    return told.getFirst();
  }

  long accept(final Send send) {
    final long sequence = assertInstanceOf(Answer.Stored.class, submit(send)).sequence();
    fixture.turn();
    return sequence;
  }

  Progress progress(final long send) {
    return fixture.routing.sends().progress(send).orElseThrow();
  }

  List<String> tokens() {
    return fixture.apns().taken.stream().map(push -> push.to().token().value()).toList();
  }

  void handOverAll() {
    List.copyOf(fixture.apns().taken).forEach(fixture.apns()::handOver);
    fixture.apns().taken.clear();
    fixture.apns().forget();
    fixture.turn();
  }
}

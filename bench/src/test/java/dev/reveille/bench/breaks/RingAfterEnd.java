package dev.reveille.bench.breaks;

import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.ForwardingSender;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Sends a ring once more when its call has been over for longer than the two seconds that a push
/// under way may take.
final class RingAfterEnd implements Break {
  static final Duration AFTER = Duration.ofMillis(2_500);
  private static final Duration LIFE = Duration.ofSeconds(30);

  private record Sent(Sender by, Push push) {}

  private final Strikes strikes;
  private final Later later;

  /// The first struck ring of each call that is not over.
  private final Map<CallId, Sent> rings = new ConcurrentHashMap<>();

  RingAfterEnd(final Strikes strikes, final Later later) {
    this.strikes = strikes;
    this.later = later;
  }

  @Override
  public Stores stores(final Stores stores) {
    return WrappedJournal.in(
        stores,
        new WrappedJournal(stores.journal()) {
          @Override
          public void onCommit(final Consumer<List<StoredJob>> reader) {
            journal.onCommit(group -> {
              reader.accept(group);
              group.stream()
                  .filter(StoredJob::isEvent)
                  .forEach(stored -> committed(stored.event()));
            });
          }
        });
  }

  private void committed(final Event event) {
    if (event instanceof Event.CallEnded ended) {
      final var sent = rings.remove(ended.call());
      if (sent != null) {
        later.after(
            AFTER,
            () ->
                sent.by()
                    .send(
                        List.of(RingingPushes.until(sent.push(), Instant.now().plus(LIFE))),
                        (_, _) -> {}));
      }
    }
  }

  @Override
  public Sender sender(final Sender sender) {
    return new ForwardingSender(sender) {
      @Override
      public void send(final List<Push> group, final Outcomes outcomes) {
        for (final var push : group) {
          RingingPushes.callOf(push)
              .filter(call -> strikes.hit(RingingPushes.name(call, push)))
              .ifPresent(call -> rings.putIfAbsent(call, new Sent(sender, push)));
        }
        sender.send(group, outcomes);
      }
    };
  }
}

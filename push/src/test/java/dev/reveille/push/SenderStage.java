package dev.reveille.push;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.model.AppId;
import dev.reveille.model.CallId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Sender;
import dev.reveille.routing.port.WorkKey;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A sender and the service that it speaks to, wired together on loopback, with a clock that a test
/// moves on. A subclass adds both and says which addresses the service knows; the pushes to them
/// are alike for all.
public abstract class SenderStage implements AutoCloseable {
  /// The only app that the sender has credentials of.
  public static final AppId APP = new AppId("softphone");

  private static final int PATIENCE_SECONDS = 20;

  /// A clock that a test moves on.
  public static final class Clock implements InstantSource {
    private final AtomicLong ahead = new AtomicLong();

    @Override
    public Instant instant() {
      return Instant.now().plusMillis(ahead.get());
    }

    public void forward(final Duration time) {
      ahead.addAndGet(time.toMillis());
    }
  }

  public final Clock clock = new Clock();

  /// What the operator was told, in turn.
  public final List<Reason> alerts = new CopyOnWriteArrayList<>();

  protected final EventLoopGroup loops;

  /// Each push is of another event.
  private final AtomicLong events = new AtomicLong();

  /// @param name of the threads that carry the connections
  protected SenderStage(final String name) {
    this.loops = ClientEventLoops.start(1, name);
  }

  public abstract Sender sender();

  /// A ringing call to a device that the service knows.
  public abstract Push ring();

  /// How many requests for this push's device the service has seen.
  public abstract int arrived(Push push);

  /// Every connection breaks without a word, once the next request is there.
  public abstract void cutOnce();

  public final Push ring(final PushAddress.Direct to) {
    final var content =
        new PushContent.Ring(
            "7-1", new CallId(UUID.randomUUID()), "Anna", "sip:anna@example.org", false);
    return push(to, content, Lane.URGENT, Duration.ofSeconds(30));
  }

  public final Push notice(final PushAddress.Direct to) {
    return message(to, notice("Anna", "Hello"));
  }

  public static PushContent.Notice notice(final String title, final String text) {
    return new PushContent.Notice(
        "7-2", EventClass.MESSAGE, "chat", title, text, Map.of("k", "v"), "thread-1", "7-2", 3);
  }

  /// A push that has an hour.
  public final Push message(final PushAddress.Direct to, final PushContent content) {
    return push(to, content, Lane.NORMAL, Duration.ofHours(1));
  }

  public final Push push(
      final PushAddress.Direct to,
      final PushContent content,
      final Lane lane,
      final Duration left) {
    return new Push(
        new WorkKey(events.incrementAndGet(), new TargetKey("i-1")),
        to,
        UUID.randomUUID(),
        content,
        lane,
        clock.instant().plus(left),
        1,
        () -> true);
  }

  /// When the addresses of a test were registered: long ago.
  protected final Instant registered() {
    return clock.instant().minusSeconds(3_600);
  }

  /// Sends one and waits for its outcome.
  public final DeliveryOutcome send(final Push push) throws InterruptedException {
    return send(List.of(push)).getFirst();
  }

  /// Sends many and waits for all outcomes, in the order in which they came.
  public final List<DeliveryOutcome> send(final List<Push> group) throws InterruptedException {
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender().send(group, (_, outcome) -> heard.add(outcome));
    final var all = new ArrayList<DeliveryOutcome>();
    for (int i = 0; i < group.size(); i++) {
      final var outcome = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (outcome == null) {
        throw new AssertionError("only " + i + " of " + group.size() + " outcomes");
      }
      all.add(outcome);
    }
    return all;
  }

  /// The outcome in a word, its reason, and its words for the trail.
  public static String told(final DeliveryOutcome outcome) {
    return switch (outcome) {
      case HandedOver taken -> "handed-over " + taken.receipt();
      case Refused refused ->
          "refused "
              + refused.why()
              + " "
              + refused.address().getClass().getSimpleName()
              + " "
              + refused.theirWords();
      case TryAgain again -> "try-again " + again.why() + " " + again.theirWords();
      case Withheld withheld -> "withheld " + withheld.why() + " " + withheld.theirWords();
      case Uncertain uncertain -> "uncertain " + uncertain.why();
      case DeliveryOutcome.Acknowledged _, DeliveryOutcome.InTransit _ -> "unexpected";
    };
  }

  /// Ends the service, after its sender.
  protected abstract void closeService();

  @Override
  public final void close() {
    sender().close();
    closeService();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

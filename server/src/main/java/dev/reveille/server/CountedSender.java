package dev.reveille.server;

import dev.reveille.model.Cause;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Acknowledged;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.InTransit;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Wraps a push service's sender and counts the outcomes of its pushes for the metrics.
/// Thread-safe; adds no wait.
final class CountedSender implements Sender {
  /// No cause that has a word.
  private static final String OTHER = "other";

  private final Sender sender;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder doubted = new LongAdder();
  private final LongAdder folded = new LongAdder();
  private final LongAdder withheld = new LongAdder();
  private final LongAdder retired = new LongAdder();
  private final LongAdder tryAgain = new LongAdder();
  private final LongAdder inTransit = new LongAdder();
  private final LongAdder uncertain = new LongAdder();
  private final Map<String, LongAdder> unreachable = new ConcurrentHashMap<>();

  CountedSender(final Sender sender) {
    this.sender = sender;
    for (final var cause : Cause.values()) {
      unreachable.put(cause.word(), new LongAdder());
    }
    unreachable.put(OTHER, new LongAdder());
  }

  @Override
  public SenderId id() {
    return sender.id();
  }

  @Override
  public RetryPolicy retries() {
    return sender.retries();
  }

  @Override
  public PushContent.Native prepare(final PushContent.Native content, final PushChannel channel) {
    return sender.prepare(content, channel);
  }

  @Override
  public void ask(final List<Question> group, final Answers answers) {
    sender.ask(group, answers);
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    sender.send(
        group,
        (push, outcome) -> {
          counter(outcome).increment();
          if (outcome instanceof TryAgain again && again.why() == Reason.SERVICE_UNREACHABLE) {
            unreachable.computeIfAbsent(word(again), _ -> new LongAdder()).increment();
          }
          outcomes.outcome(push, outcome);
        });
  }

  private static String word(final TryAgain unreachable) {
    return unreachable.cause().map(Cause::word).orElse(OTHER);
  }

  private LongAdder counter(final DeliveryOutcome outcome) {
    return switch (outcome) {
      case Acknowledged _, HandedOver _ -> accepted;
      case Refused(var why, var _, var _, var _) when why == Reason.FOLDED -> folded;
      case Refused(var _, var _, var address, var _) ->
          switch (address) {
            case Verdict.Gone _ -> retired;
            case Verdict.Doubted _ -> doubted;
            case Verdict.Nothing _ -> refused;
          };
      case Withheld _ -> withheld;
      case TryAgain _ -> tryAgain;
      case InTransit _ -> inTransit;
      case Uncertain _ -> uncertain;
    };
  }

  /// Word to count; the words are labels of a metric.
  Map<String, LongAdder> counts() {
    return Map.of(
        "accepted", accepted,
        "folded", folded,
        "refused", refused,
        "address-retired", retired,
        "address-doubted", doubted,
        "withheld", withheld,
        "try-again", tryAgain,
        "in-transit", inTransit,
        "uncertain", uncertain);
  }

  /// Word of a cause to the count of tries that found the service out of reach for it.
  Map<String, LongAdder> unreachable() {
    return unreachable;
  }

  @Override
  public void close() {
    sender.close();
  }
}

package dev.reveille.server;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Acknowledged;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.PushService;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushSender;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts what becomes of the tries of one push service.
final class CountedSender implements PushSender {
  private final PushSender sender;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder doubted = new LongAdder();
  private final LongAdder withheld = new LongAdder();
  private final LongAdder retired = new LongAdder();
  private final LongAdder tryAgain = new LongAdder();
  private final LongAdder uncertain = new LongAdder();

  CountedSender(final PushSender sender) {
    this.sender = sender;
  }

  @Override
  public PushService service() {
    return sender.service();
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    sender.send(
        group,
        (push, outcome) -> {
          counter(outcome).increment();
          outcomes.outcome(push, outcome);
        });
  }

  private LongAdder counter(final DeliveryOutcome outcome) {
    return switch (outcome) {
      case Acknowledged _, HandedOver _ -> accepted;
      case Refused(var _, var _, var address, var _) ->
          switch (address) {
            case Verdict.Gone _ -> retired;
            case Verdict.Doubted _ -> doubted;
            case Verdict.Nothing _ -> refused;
          };
      case Withheld _ -> withheld;
      case TryAgain _ -> tryAgain;
      case Uncertain _ -> uncertain;
    };
  }

  /// Word to count; the words are labels of a metric.
  Map<String, LongAdder> counts() {
    return Map.of(
        "accepted", accepted,
        "refused", refused,
        "address-retired", retired,
        "address-doubted", doubted,
        "withheld", withheld,
        "try-again", tryAgain,
        "uncertain", uncertain);
  }

  @Override
  public void close() {
    sender.close();
  }
}

package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What became of tries, by the words of the metric.
final class CountedSenderTest {

  /// Answers everything in one way.
  private record Always(List<DeliveryOutcome> answers) implements Sender {
    @Override
    public SenderId id() {
      throw new UnsupportedOperationException();
    }

    @Override
    public RetryPolicy retries() {
      throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("NullAway") // the counter looks at no push
    public void send(final List<Push> group, final Outcomes outcomes) {
      answers.forEach(each -> outcomes.outcome(null, each));
    }

    @Override
    public void close() {}
  }

  private static Map<String, Long> counted(final DeliveryOutcome... answers) {
    final var sender = new CountedSender(new Always(List.of(answers)));
    sender.send(List.of(), (_, _) -> {});
    return sender.counts().entrySet().stream()
        .filter(each -> each.getValue().sum() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().sum()));
  }

  @Test
  void what_another_push_tells_of_is_no_refusal() {
    assertEquals(
        Map.of("folded", 2L, "refused", 1L),
        counted(
            Refused.byUs(Reason.FOLDED, "into another"),
            new Refused(Reason.REDIRECTED, "301", Verdict.NOTHING),
            Refused.byUs(Reason.FOLDED, "into another")));
  }
}

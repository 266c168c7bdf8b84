package dev.reveille.routing.port;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import java.util.List;
import java.util.UUID;

/// Sends pushes to receivers of one kind, such as apps through the push service of their platform.
///
/// `send` never blocks and writes a group with one flush per connection. Every push gets exactly
/// one outcome, also when connections break or the sender is closed. Thread-safe; [#close] may
/// block until what is under way has ended or its grace period is over.
public interface Sender extends AutoCloseable {
  /// The same after every start.
  SenderId id();

  /// How what may work later is repeated: as the server does it for pushes, unless said otherwise.
  default RetryPolicy retries() {
    return RetryPolicy.DOUBLING;
  }

  void send(List<Push> group, Outcomes outcomes);

  /// Reads a native push and says what [#send] needs of it, so that it is read once for all pushes
  /// that say the same, and not on the thread that sends. May compute, never blocks. What is wrong
  /// with the push is told when it is sent.
  ///
  /// @param channel of the addresses to which it goes; others are served as well, but may be slower
  default PushContent.Native prepare(final PushContent.Native content, final PushChannel channel) {
    return content;
  }

  /// A question what became of a push that was in transit.
  ///
  /// @param id of the push
  /// @param attempt the number of the push
  record Question(WorkKey work, PushAddress.Direct to, UUID id, Lane lane, int attempt) {}

  /// Asks what became of pushes of which this sender said [DeliveryOutcome.InTransit]; as [#send].
  /// `InTransit` once more when it is not known yet, and `Uncertain` when the relay does not know
  /// the push: it is sent again then, with the same id. A sender that is no relay knows of none.
  default void ask(final List<Question> group, final Answers answers) {
    final var unknown = new DeliveryOutcome.Uncertain(Reason.NO_REPORT);
    group.forEach(question -> answers.answer(question, unknown));
  }

  /// Told once per question, from the sender's own threads: must be quick and must not block.
  @FunctionalInterface
  interface Answers {
    void answer(Question question, DeliveryOutcome outcome);
  }

  /// Lets what is under way finish for a moment, then ends the rest as uncertain or try-again.
  @Override
  void close();

  /// Told once per push, from the sender's own threads: must be quick and must not block.
  @FunctionalInterface
  interface Outcomes {
    void outcome(Push push, DeliveryOutcome outcome);
  }
}

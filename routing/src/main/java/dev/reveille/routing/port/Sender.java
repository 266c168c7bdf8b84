package dev.reveille.routing.port;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.SenderId;
import java.util.List;

/// Reaches receivers of one kind, such as apps through the push service of their platform.
///
/// Groups in, outcomes out: `send` never blocks and writes a group with one flush per connection.
/// Every push gets exactly one outcome, also when connections break or the sender is closed.
public interface Sender extends AutoCloseable {
  /// The same after every start.
  SenderId id();

  /// How what may work later is repeated.
  RetryPolicy retries();

  void send(List<Push> group, Outcomes outcomes);

  /// Lets what is under way finish for a moment, then ends the rest as uncertain or try-again.
  @Override
  void close();

  /// Told once per push, from the sender's own threads: must be quick and must not block.
  @FunctionalInterface
  interface Outcomes {
    void outcome(Push push, DeliveryOutcome outcome);
  }
}

package dev.reveille.routing.port;

import dev.reveille.model.PushChannel;
import dev.reveille.model.SenderId;
import java.util.List;

/// A sender in front of another one: it takes pushes in a way of its own and leaves all else to the
/// other, which it closes with itself. As thread-safe as the other one.
public abstract class ForwardingSender implements Sender {
  /// The one behind this.
  protected final Sender sender;

  protected ForwardingSender(final Sender sender) {
    this.sender = sender;
  }

  @Override
  public final SenderId id() {
    return sender.id();
  }

  @Override
  public final RetryPolicy retries() {
    return sender.retries();
  }

  @Override
  public final PushContent.Native prepare(
      final PushContent.Native content, final PushChannel channel) {
    return sender.prepare(content, channel);
  }

  @Override
  public void ask(final List<Question> group, final Answers answers) {
    sender.ask(group, answers);
  }

  @Override
  public void close() {
    sender.close();
  }
}

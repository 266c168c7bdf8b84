package dev.reveille.bench.breaks;

import dev.reveille.model.PushChannel;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;

/// A sender in front of another one: a break says what it does with each group.
abstract class WrappedSender implements Sender {
  final Sender sender;

  WrappedSender(final Sender sender) {
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
  public final void close() {
    sender.close();
  }
}

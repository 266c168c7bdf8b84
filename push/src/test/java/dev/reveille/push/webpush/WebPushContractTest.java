package dev.reveille.push.webpush;

import dev.reveille.push.SenderContract;
import dev.reveille.push.SenderStage;

/// The sender for browsers keeps the promises of all senders.
final class WebPushContractTest implements SenderContract {
  @Override
  public SenderStage stage() {
    return new WebPushStage();
  }
}

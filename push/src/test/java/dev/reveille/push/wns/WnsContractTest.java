package dev.reveille.push.wns;

import dev.reveille.push.SenderContract;
import dev.reveille.push.SenderStage;

/// The sender for Windows keeps the promises of all senders.
final class WnsContractTest implements SenderContract {
  @Override
  public SenderStage stage() {
    return WnsStage.open();
  }
}

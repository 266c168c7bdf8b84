package dev.reveille.push.mpns;

import dev.reveille.push.SenderContract;
import dev.reveille.push.SenderStage;

/// The sender for Windows Phone keeps the promises of all senders.
final class MpnsContractTest implements SenderContract {
  @Override
  public SenderStage stage() {
    return MpnsStage.open();
  }
}

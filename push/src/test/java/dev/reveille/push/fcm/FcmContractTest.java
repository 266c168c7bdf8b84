package dev.reveille.push.fcm;

import dev.reveille.push.SenderContract;
import dev.reveille.push.SenderStage;

/// Google's sender fulfils the contract of all senders.
final class FcmContractTest implements SenderContract {
  @Override
  public SenderStage stage() {
    return new FcmStage();
  }
}

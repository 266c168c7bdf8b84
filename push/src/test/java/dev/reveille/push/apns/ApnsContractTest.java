package dev.reveille.push.apns;

import dev.reveille.push.SenderContract;
import dev.reveille.push.SenderStage;

/// Apple's sender fulfils the contract of all senders.
final class ApnsContractTest implements SenderContract {
  @Override
  public SenderStage stage() {
    return new ApnsStage();
  }
}

package dev.reveille.push.mpns;

import dev.reveille.push.windows.WindowsContract;
import dev.reveille.push.windows.WindowsStage;

/// The sender for Windows Phone keeps the promises of all senders.
final class MpnsContractTest implements WindowsContract {
  @Override
  public WindowsStage windows() {
    return MpnsStage.open();
  }
}

package dev.reveille.push.wns;

import dev.reveille.push.windows.WindowsContract;
import dev.reveille.push.windows.WindowsStage;

/// The sender for Windows keeps the promises of all senders.
final class WnsContractTest implements WindowsContract {
  @Override
  public WindowsStage windows() {
    return WnsStage.open();
  }
}

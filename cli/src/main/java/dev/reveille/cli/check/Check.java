package dev.reveille.cli.check;

import dev.reveille.cli.wire.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Runs the checks of `reveille check`, from the server down to single pushes, and returns mistakes
/// and notes. Changes nothing on the server, except that a [Hold] registers a device of its user,
/// holds one request for its time and signs the device out. Blocks while it asks the server, and
/// for the time of the hold.
public final class Check {
  /// A held request to try: as which user's phone, of which app, for how long.
  ///
  /// @param time zero for none
  public record Hold(String user, String app, Duration time) {}

  private Check() {}

  /// @throws dev.reveille.cli.terminal.Failure when there is no server, or the key may not manage
  public static List<Finding> run(final Api api, final Hold hold) {
    final var findings = new ArrayList<Finding>();
    final var inventory = ServerInventory.of(api);
    findings.addAll(new ServerChecks(api).find());
    findings.addAll(new ServerFindings(api).find());
    findings.addAll(new AppChecks(inventory).find());
    findings.addAll(new DoubtedAddresses(inventory).find());
    findings.addAll(new UserChecks(api).find());
    findings.addAll(new RefusedPushes(api, inventory).find());
    if (hold.time().isPositive()) {
      findings.addAll(new HeldRequest(api, hold).find());
    }
    return List.copyOf(findings);
  }
}

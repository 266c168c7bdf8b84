package dev.reveille.simulators.microsoft;

import java.time.Instant;
import java.util.Set;

/// A channel as Microsoft's simulator knows it: the address of one app on one device.
///
/// @param token names it: in the query of a channel URI of WNS, the last segment of one of MPNS
/// @param owner WNS: the client id of the identity that may send, "" for any; MPNS: the name in the
///   certificate that a sender has to show, "" for a channel without a certificate
/// @param suppressed types that the device's user does not want: `toast`, `tile`, `badge`, `raw`
/// @param until WNS: the end of its life
public record WindowsChannel(
    String token,
    Service service,
    String owner,
    State state,
    Reach reach,
    Set<String> suppressed,
    Instant until) {

  /// Which of the two services a channel belongs to.
  public enum Service {
    WNS,
    MPNS
  }

  /// Whether pushes reach it.
  public enum State {
    ACTIVE,
    /// WNS answers 410, MPNS 404.
    EXPIRED
  }

  /// The state of the device as the service sees it.
  public enum Reach {
    /// Connected while a stream of `GET /devices/TOKEN` is open.
    AS_IT_IS,
    CONNECTED,
    DISCONNECTED,
    TEMP_DISCONNECTED,
    /// MPNS only: it answers 412.
    INACTIVE
  }

  public WindowsChannel {
    suppressed = Set.copyOf(suppressed);
  }

  public WindowsChannel with(final State value) {
    return new WindowsChannel(token, service, owner, value, reach, suppressed, until);
  }

  public WindowsChannel with(final Reach value) {
    return new WindowsChannel(token, service, owner, state, value, suppressed, until);
  }

  public WindowsChannel suppressing(final Set<String> types) {
    return new WindowsChannel(token, service, owner, state, reach, types, until);
  }
}

package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.service.Arrivals;
import dev.reveille.simulators.service.HeaderLine;
import dev.reveille.simulators.service.ServiceCall;
import java.util.List;

/// A push that arrived at Microsoft's simulator, and the answer to it.
///
/// @param service which of the two it was for
/// @param call header lines in their order and spelling, with the bearer
/// @param status 0 when no answer was given
/// @param reason the name of a [WnsReason] or [MpnsReason], or the fault's word
/// @param answered the headers of the answer
public record ArrivedNotification(
    long sequence,
    String token,
    WindowsChannel.Service service,
    ServiceCall call,
    int status,
    String reason,
    List<HeaderLine> answered)
    implements Arrivals.Arrival {
  public ArrivedNotification {
    answered = List.copyOf(answered);
  }

  /// `toast`, `tile`, `badge` or `raw`; "" where the request does not say.
  public String type() {
    if (service == WindowsChannel.Service.WNS) {
      return call.header("X-WNS-Type").replaceFirst("^wns/", "");
    }
    final String target = call.header("X-WindowsPhone-Target");
    return target.equals("token") ? "tile" : target.isEmpty() ? "raw" : target;
  }

  public String header(final String name) {
    return call.header(name);
  }

  public String text() {
    return call.text();
  }
}

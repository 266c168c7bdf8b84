package dev.reveille.protocols.federation;

import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import java.util.Optional;

/// Makes of a request the one that goes to the next server, and of its answer the one that goes
/// back (RFC 3261 sections 16.6 and 16.7). Loops and requests that passed too many servers are
/// found here.
final class Forwarding {
  /// Says that the sender of the request was verified by the server that sends it.
  static final String VERIFIED = "Push-Source-Verified";

  /// The address of a phone, as the edge saw it.
  static final String PHONE = "Push-Phone-Address";

  private static final String YES = "yes";
  private static final int MOST_HOPS = 70;

  private final String name;
  private final int port;

  /// @param name of this server in Via
  /// @param port of this server in Via
  Forwarding(final String name, final int port) {
    this.name = name;
    this.port = port;
  }

  /// Why a request must not go on: its method is not served, it was here before, or it passed too
  /// many servers.
  Optional<Diagnosis> refusal(final SipRequest request) {
    if (!request.is(SipMethod.MESSAGE) && !request.is(SipMethod.OPTIONS)) {
      return Optional.of(
          Diagnosis.of(DiagnosisCode.METHOD_UNKNOWN, name, "method", request.method()));
    }
    return refusalOfRoute(request);
  }

  /// The same, whatever its method.
  Optional<Diagnosis> refusalOfRoute(final SipRequest request) {
    final var vias = request.headers().vias();
    if (vias.isPresent()
        && vias.get().stream()
            .anyMatch(via -> via.host().equalsIgnoreCase(name) && via.port() == port)) {
      return Optional.of(Diagnosis.of(DiagnosisCode.LOOP, name));
    }
    return request.maxForwards() <= 0
        ? Optional.of(Diagnosis.of(DiagnosisCode.TOO_MANY_HOPS, name))
        : Optional.empty();
  }

  /// Whether the request says that its sender was verified.
  static boolean isMarked(final SipRequest request) {
    return request.headers().first(VERIFIED).filter(YES::equalsIgnoreCase).isPresent();
  }

  /// The request for the next server, which puts its own hop on top.
  ///
  /// @param verified whether it says that the sender was verified
  static SipRequest onward(final SipRequest request, final boolean verified) {
    final var fields = request.headers().toBuilder();
    final int left = Math.min(request.maxForwards(), MOST_HOPS) - 1;
    fields.set(SipName.MAX_FORWARDS, String.valueOf(Math.max(0, left)));
    fields.remove(VERIFIED);
    if (verified) {
      fields.add(VERIFIED, YES);
    }
    return request.withHeaders(fields.build());
  }

  /// The REGISTER of a phone for the next server.
  ///
  /// @param address of the phone
  static SipRequest ofPhone(final SipRequest request, final String address) {
    final var onward = onward(request, /* verified= */ false);
    return onward.withHeaders(onward.headers().toBuilder().set(PHONE, address).build());
  }

  /// The address of the phone that the edge saw; empty where no edge says it.
  static String phoneOf(final SipRequest request) {
    return request.headers().first(PHONE).orElse("");
  }

  /// The answer of the next server, for the one before.
  static SipResponse back(final SipResponse response) {
    return response.withHeaders(response.headers().toBuilder().removeFirst(SipName.VIA).build());
  }
}

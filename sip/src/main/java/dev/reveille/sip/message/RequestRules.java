package dev.reveille.sip.message;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What an element that answers requests understands, and its refusals of what it does not (RFC
/// 3261 section 8.2): method, scheme, required extensions, type of the body, Contact. A pure
/// function; for any thread.
///
/// @param methods in the order in which Allow names them
/// @param schemes of a Request-URI, in lower case
/// @param extensions option tags that a peer may require
/// @param types of bodies, in lower case, without parameters
public record RequestRules(
    List<String> methods, Set<String> schemes, Set<String> extensions, List<String> types) {
  public RequestRules {
    methods = List.copyOf(methods);
    schemes = Set.copyOf(schemes);
    extensions = Set.copyOf(extensions);
    types = List.copyOf(types);
  }

  /// The answer to a request that cannot be worked on; without a tag in To. ACK and CANCEL are
  /// never refused so.
  public Optional<SipResponse> refusal(final SipRequest request) {
    if (request.is(SipMethod.ACK) || request.is(SipMethod.CANCEL)) {
      return Optional.empty();
    }
    if (!methods.contains(request.method())) {
      return answer(SipResponse.to(request, 405).add(SipName.ALLOW, String.join(", ", methods)));
    }
    final var colon = request.target().indexOf(':');
    final var scheme = request.target().substring(0, colon).toLowerCase(Locale.ROOT);
    if (!schemes.contains(scheme)) {
      return answer(SipResponse.to(request, 416));
    }
    if (scheme.startsWith("sip") && request.targetUri().isEmpty()) {
      return answer(SipResponse.to(request, 400).phrase(WireFault.BAD_REQUEST_URI.sentence()));
    }
    if (request.headers().addresses(SipName.CONTACT).isEmpty()) {
      return answer(SipResponse.to(request, 400).phrase("Contact is malformed."));
    }
    final var unknown =
        request.headers().list(SipName.REQUIRE).stream()
            .filter(one -> !extensions.contains(one))
            .toList();
    if (!unknown.isEmpty()) {
      return answer(
          SipResponse.to(request, 420).add(SipName.UNSUPPORTED, String.join(", ", unknown)));
    }
    return bodyRefusal(request);
  }

  private Optional<SipResponse> bodyRefusal(final SipRequest request) {
    if (request.body().length == 0) {
      return Optional.empty();
    }
    final var type = request.header(SipName.CONTENT_TYPE).orElse("");
    final var semicolon = type.indexOf(';');
    final var plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    final var isCoded = request.headers().has(SipName.CONTENT_ENCODING);
    if (isCoded || types.stream().noneMatch(one -> one.equalsIgnoreCase(plain))) {
      return answer(SipResponse.to(request, 415).add(SipName.ACCEPT, String.join(", ", types)));
    }
    return Optional.empty();
  }

  private static Optional<SipResponse> answer(final SipResponse.Builder response) {
    return Optional.of(response.build());
  }

  /// What an element refuses that passes requests on (section 16.3): no hops left, or our own name
  /// among the hops.
  ///
  /// @param ownSentBy our sent-by values, as [Via#sentBy] writes them
  public static Optional<SipResponse> hopRefusal(
      final SipRequest request, final Set<String> ownSentBy) {
    if (request.maxForwards() == 0) {
      return answer(SipResponse.to(request, 483));
    }
    final var vias = request.headers().vias();
    if (vias.isEmpty()) {
      return answer(SipResponse.to(request, 400).phrase(WireFault.BAD_VIA.sentence()));
    }
    if (vias.get().stream().anyMatch(via -> ownSentBy.contains(via.sentBy()))) {
      return answer(SipResponse.to(request, 482));
    }
    return Optional.empty();
  }
}

package dev.reveille.sip.message;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request. [#builder] makes one; the readers make those that came.
public final class SipRequest implements SipMessage {
  private static final byte[] NO_BODY = new byte[0];

  private final String method;
  private final String target;
  private final SipHeaders headers;
  private final byte[] body;
  private final Essentials essentials;

  SipRequest(
      final String method,
      final String target,
      final SipHeaders headers,
      final byte[] body,
      final Essentials essentials) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.essentials = essentials;
  }

  /// Begins a request.
  ///
  /// @param method a token
  /// @param target the Request-URI as it is written
  public static Builder builder(final String method, final String target) {
    return new Builder(method, target);
  }

  /// The method; for the methods of [SipMethod] that very object.
  public String method() {
    return method;
  }

  public boolean is(final String other) {
    return method.equals(other);
  }

  /// The Request-URI as it is written.
  public String target() {
    return target;
  }

  /// The Request-URI, if it is a SIP URI and well formed.
  public Optional<SipUri> targetUri() {
    return SipUri.parse(target);
  }

  @Override
  public SipHeaders headers() {
    return headers;
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public Optional<Via> topVia() {
    return Optional.ofNullable(essentials.topVia());
  }

  @Override
  public NameAddress from() {
    return essentials.from();
  }

  @Override
  public NameAddress to() {
    return essentials.to();
  }

  @Override
  public String callId() {
    return essentials.callId();
  }

  @Override
  public CSeq cseq() {
    return essentials.cseq();
  }

  Essentials essentials() {
    return essentials;
  }

  /// How often the request may be forwarded; 70 where it does not say (RFC 3261 section 16.3).
  public int maxForwards() {
    return headers.number(SipName.MAX_FORWARDS).map(Long::intValue).orElse(70);
  }

  /// This request with one more hop on top.
  public SipRequest withTopVia(final Via via) {
    return new SipRequest(
        method,
        target,
        headers.toBuilder().addFirst(SipName.VIA, via.toString()).build(),
        body,
        essentials.withTopVia(via));
  }

  /// This request with the address that it came from in its topmost hop, as far as that is needed
  /// ([Via#receivedFrom]).
  public SipRequest receivedFrom(final String address, final int port) {
    final var top = essentials.topVia();
    if (top == null) {
      return this;
    }
    final var via = top.receivedFrom(address, port);
    if (via == top) {
      return this;
    }
    return new SipRequest(
        method,
        target,
        headers.toBuilder().replaceFirst(SipName.VIA, via.toString()).build(),
        body,
        essentials.withTopVia(via));
  }

  /// This request with other fields, as a proxy forwards it.
  ///
  /// @throws IllegalArgumentException when a field is malformed that every request needs
  public SipRequest withHeaders(final SipHeaders others) {
    return made(method, target, others, body);
  }

  /// This request to another Request-URI.
  public SipRequest withTarget(final String other) {
    return made(method, other, headers, body);
  }

  /// The ACK for a response other than 2xx (RFC 3261 section 17.1.1.3).
  public SipRequest acknowledging(final SipResponse response) {
    return follower(SipMethod.ACK, response.headers());
  }

  /// The CANCEL of this INVITE (section 9.1).
  public SipRequest cancelling() {
    return follower(SipMethod.CANCEL, headers);
  }

  /// A request that goes the same way as this one, in the same transaction.
  ///
  /// @param withTo where To comes from
  private SipRequest follower(final String other, final SipHeaders withTo) {
    final var fields = SipHeaders.builder();
    final var via = essentials.topVia();
    if (via != null) {
      fields.addRaw(SipName.VIA, via.toString());
    }
    for (int i = 0; i < headers.size(); i++) {
      final var name = headers.name(i);
      switch (name) {
        case SipName.ROUTE, SipName.FROM, SipName.CALL_ID, SipName.MAX_FORWARDS ->
            fields.addRaw(name, headers.rawValue(i));
        default -> {}
      }
    }
    if (!headers.has(SipName.MAX_FORWARDS)) {
      fields.add(SipName.MAX_FORWARDS, "70");
    }
    final var to = withTo.raw(SipName.TO);
    if (to != null) {
      fields.addRaw(SipName.TO, to);
    }
    fields.add(SipName.CSEQ, new CSeq(essentials.cseq().number(), other).toString());
    return made(other, target, fields.build(), NO_BODY);
  }

  private static SipRequest made(
      final String method, final String target, final SipHeaders headers, final byte[] body) {
    if (!WireText.isToken(method)) {
      throw new IllegalArgumentException("not a method: " + method);
    }
    if (!NameAddress.isUri(target)) {
      throw new IllegalArgumentException("not a Request-URI: " + target);
    }
    try {
      final var essentials = Essentials.of(headers, /* isReceived= */ false);
      if (!essentials.cseq().method().equals(method)) {
        throw new SyntaxFault(WireFault.CSEQ_MISMATCH);
      }
      return new SipRequest(SipMethod.of(method), target, headers, body, essentials);
    } catch (SyntaxFault e) {
      throw new IllegalArgumentException("not a SIP request: " + e.fault().sentence(), e);
    }
  }

  /// The first line, for logs that may name a peer's address.
  @Override
  public String toString() {
    return method + " " + target;
  }

  /// Makes a request. For one thread.
  public static final class Builder {
    private final String method;
    private final String target;
    private final SipHeaders.Builder headers = SipHeaders.builder();
    private byte[] body = NO_BODY;
    private @Nullable String type;

    private Builder(final String method, final String target) {
      this.method = method;
      this.target = target;
    }

    /// Adds a field behind the others.
    ///
    /// @throws IllegalArgumentException when the name is no token, or the value has a line end
    public Builder add(final String name, final String value) {
      headers.add(name, value);
      return this;
    }

    public Builder from(final NameAddress from) {
      return add(SipName.FROM, from.toString());
    }

    public Builder to(final NameAddress to) {
      return add(SipName.TO, to.toString());
    }

    public Builder callId(final String callId) {
      return add(SipName.CALL_ID, callId);
    }

    public Builder cseq(final long number) {
      return add(SipName.CSEQ, new CSeq(number, method).toString());
    }

    /// The body and its type; Content-Length is written by [MessageWriter].
    public Builder body(final String contentType, final byte[] bytes) {
      this.type = contentType;
      this.body = bytes;
      return this;
    }

    /// @throws IllegalArgumentException when From, To, Call-ID or CSeq is missing or malformed
    public SipRequest build() {
      if (type != null) {
        headers.set(SipName.CONTENT_TYPE, type);
      }
      return made(method, target, headers.build(), body);
    }
  }
}

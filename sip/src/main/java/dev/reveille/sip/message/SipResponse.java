package dev.reveille.sip.message;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A response. [#to] makes the answer to a request; the readers make those that came.
public final class SipResponse implements SipMessage {
  private static final byte[] NO_BODY = new byte[0];

  private final int status;
  private final String phrase;
  private final SipHeaders headers;
  private final byte[] body;
  private final Essentials essentials;

  SipResponse(
      final int status,
      final String phrase,
      final SipHeaders headers,
      final byte[] body,
      final Essentials essentials) {
    this.status = status;
    this.phrase = phrase;
    this.headers = headers;
    this.body = body;
    this.essentials = essentials;
  }

  /// Begins the answer to a request: with its Via fields, From, To, Call-ID and CSeq (RFC 3261
  /// section 8.2.6.2).
  public static Builder to(final SipRequest request, final int status) {
    return new Builder(status, request.headers(), request.essentials());
  }

  /// The answer to a request that breaks a rule.
  ///
  /// @param headers with Via, From, To, Call-ID and CSeq, which may be malformed
  static SipResponse refusal(final WireFault fault, final SipHeaders headers) {
    final var builder = new Builder(fault.status(), headers, /* known= */ null);
    if (fault.status() == 400) {
      builder.phrase(fault.sentence());
    }
    final var essentials = Essentials.asFarAsReadable(builder.headers.build());
    final var response =
        new SipResponse(
            fault.status(), builder.phrase, builder.headers.build(), NO_BODY, essentials);
    // the same tag for each repetition, as an answer without state has it (section 8.2.7)
    final var tag = Integer.toHexString(essentials.callId().hashCode() * 31 + fault.status());
    return essentials.isToReadable() ? response.withToTag(tag) : response;
  }

  /// From 100 to 699.
  public int status() {
    return status;
  }

  /// What the peer says in words; may be empty.
  public String phrase() {
    return WireText.shown(phrase);
  }

  String rawPhrase() {
    return phrase;
  }

  public boolean isProvisional() {
    return status < 200;
  }

  public boolean isFinal() {
    return status >= 200;
  }

  public boolean isSuccess() {
    return status >= 200 && status < 300;
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

  /// This response with a tag in To, unless it has one.
  ///
  /// @param tag a token
  public SipResponse withToTag(final String tag) {
    if (!WireText.isToken(tag)) {
      throw new IllegalArgumentException("not a tag: " + tag);
    }
    final var raw = headers.raw(SipName.TO);
    if (raw == null || essentials.to().parameters().has("tag")) {
      return this;
    }
    final var to = essentials.to().withParameter("tag", tag);
    return new SipResponse(
        status,
        phrase,
        headers.toBuilder().setRaw(SipName.TO, raw + ";tag=" + tag).build(),
        body,
        new Essentials(
            essentials.topVia(), essentials.from(), to, essentials.callId(), essentials.cseq()));
  }

  /// This response with other fields, as a proxy forwards it.
  ///
  /// @throws IllegalArgumentException when a field is malformed that every response needs
  public SipResponse withHeaders(final SipHeaders others) {
    return made(status, phrase, others, body);
  }

  private static SipResponse made(
      final int status, final String phrase, final SipHeaders headers, final byte[] body) {
    if (status < 100 || status > 699) {
      throw new IllegalArgumentException("not a SIP status: " + status);
    }
    try {
      return new SipResponse(
          status, phrase, headers, body, Essentials.of(headers, /* isReceived= */ false));
    } catch (SyntaxFault e) {
      throw new IllegalArgumentException("not a SIP response: " + e.fault().sentence(), e);
    }
  }

  /// The first line, for logs.
  @Override
  public String toString() {
    return status + " " + phrase();
  }

  /// Makes a response. For one thread.
  public static final class Builder {
    private final int status;
    private final SipHeaders.Builder headers = SipHeaders.builder();
    private String phrase;
    private byte[] body = NO_BODY;

    /// What the fields of the request say, which were read before; null once they may differ.
    private @Nullable Essentials known;

    private Builder(final int status, final SipHeaders request, final @Nullable Essentials known) {
      this.status = status;
      this.known = known;
      this.phrase = SipStatus.phrase(status);
      for (int i = 0; i < request.size(); i++) {
        final var name = request.name(i);
        switch (name) {
          case SipName.VIA -> headers.addRaw(name, request.rawValue(i));
          case SipName.FROM, SipName.TO, SipName.CALL_ID, SipName.CSEQ -> once(name, request, i);
          case SipName.TIMESTAMP -> {
            if (status == 100) {
              once(name, request, i);
            }
          }
          default -> {}
        }
      }
    }

    /// A malformed request may have such a field twice: the first one is answered.
    private void once(final String name, final SipHeaders request, final int index) {
      if (!headers.has(name)) {
        headers.addRaw(name, request.rawValue(index));
      }
    }

    /// Other words than the usual ones.
    public Builder phrase(final String words) {
      this.phrase = words;
      final var _ = WireText.checkedValue("the reason phrase", words);
      return this;
    }

    /// Adds a field behind the others.
    ///
    /// @throws IllegalArgumentException when the name is no token, or the value has a line end
    public Builder add(final String name, final String value) {
      headers.add(name, value);
      switch (SipName.of(name)) {
        case SipName.VIA,
            SipName.FROM,
            SipName.TO,
            SipName.CALL_ID,
            SipName.CSEQ,
            SipName.MAX_FORWARDS ->
            known = null;
        default -> {}
      }
      return this;
    }

    /// The body and its type; Content-Length is written by [MessageWriter].
    public Builder body(final String contentType, final byte[] bytes) {
      headers.set(SipName.CONTENT_TYPE, contentType);
      this.body = bytes;
      return this;
    }

    public SipResponse build() {
      final var bytes = WireText.bytesOf(phrase);
      if (known != null && status >= 100 && status <= 699) {
        return new SipResponse(status, bytes, headers.build(), body, known);
      }
      return made(status, bytes, headers.build(), body);
    }
  }
}

package dev.reveille.sip.message;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Messages to begin with.
public final class Samples {
  private Samples() {}

  /// A request with everything that one needs, and no Via.
  public static SipRequest request(final String method, final String callId) {
    return SipRequest.builder(method, "sip:push@push.example")
        .add(SipName.MAX_FORWARDS, "70")
        .from(NameAddress.of(SipUri.of("mobility", "contoso.example")).withParameter("tag", "f1"))
        .to(NameAddress.of(SipUri.of("push", "push.example")))
        .callId(callId)
        .cseq(1)
        .build();
  }

  /// The same, with a hop.
  public static SipRequest request(final String method, final String callId, final String branch) {
    return request(method, callId).withTopVia(Via.of("TLS", "edge.contoso.example", 0, branch));
  }

  /// Lines become a message: each ends with CR LF, and an empty line follows.
  public static byte[] bytes(final String lines) {
    return (lines.strip().replace("\n", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /// What these lines are on a stream.
  static SipInput read(final String lines) {
    final var reader = new StreamReader(SizeLimits.STANDARD);
    reader.feed(Unpooled.wrappedBuffer(bytes(lines)));
    final var input = reader.next();
    if (input == null) {
      throw new AssertionError("no whole message: " + lines);
    }
    return input;
  }

  static SipRequest readRequest(final String lines) {
    return (SipRequest) ((SipInput.Message) read(lines)).message();
  }
}

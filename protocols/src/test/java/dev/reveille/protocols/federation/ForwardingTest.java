package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import dev.reveille.sip.message.Via;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a proxy changes of a request, and when it stops one (RFC 3261 sections 16.3, 16.6, 16.7).
class ForwardingTest {
  private final Forwarding forwarding = new Forwarding("edge.contoso.example", 5061);

  private static SipRequest request() {
    return Border.message("contoso.example", "push.example");
  }

  private static SipRequest hopsLeft(final int left) {
    final var one = request();
    return one.withHeaders(
        one.headers().toBuilder().set(SipName.MAX_FORWARDS, String.valueOf(left)).build());
  }

  private static SipRequest via(final String host, final int port) {
    return request().withTopVia(Via.of("TLS", host, port, Via.COOKIE + "abc"));
  }

  private Optional<DiagnosisCode> refusal(final SipRequest request) {
    return forwarding.refusal(request).flatMap(Diagnosis::code);
  }

  @Test
  void a_request_that_was_here_before_is_a_loop() {
    assertEquals(Optional.of(DiagnosisCode.LOOP), refusal(via("Edge.Contoso.Example", 5061)));
    assertEquals(Optional.empty(), refusal(via("edge.contoso.example", 5062)));
    assertEquals(Optional.empty(), refusal(via("edge.push.example", 5061)));
  }

  @Test
  void each_hop_counts() {
    assertEquals(Optional.of(DiagnosisCode.TOO_MANY_HOPS), refusal(hopsLeft(0)));
    assertEquals(Optional.empty(), refusal(hopsLeft(1)));
    assertEquals(0, Forwarding.onward(hopsLeft(1), false).maxForwards());
    assertEquals(69, Forwarding.onward(hopsLeft(255), false).maxForwards());
  }

  @Test
  void other_methods_are_not_served() {
    final var subscribe =
        SipRequest.builder("SUBSCRIBE", "sip:push@push.example")
            .from(request().from())
            .to(request().to())
            .callId("c")
            .cseq(1)
            .build();
    assertEquals(Optional.of(DiagnosisCode.METHOD_UNKNOWN), refusal(subscribe));
  }

  @Test
  void the_mark_of_the_one_before_does_not_pass() {
    final var marked = Forwarding.onward(request(), true);
    assertTrue(Forwarding.isMarked(marked));
    assertFalse(Forwarding.isMarked(Forwarding.onward(marked, false)));
    assertEquals(1, Forwarding.onward(marked, true).headers().count(Forwarding.VERIFIED));
  }

  @Test
  void an_answer_goes_back_without_our_hop() {
    final var asked =
        via("edge.first.example", 5061)
            .withTopVia(Via.of("TLS", "edge.contoso.example", 5061, Via.COOKIE + "own"));
    final var back = Forwarding.back(SipResponse.to(asked, 202).build());
    assertEquals("edge.first.example", back.topVia().orElseThrow().host());
    assertEquals(1, back.headers().vias().orElseThrow().size());
  }
}

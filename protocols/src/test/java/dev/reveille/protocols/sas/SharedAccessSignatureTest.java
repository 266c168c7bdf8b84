package dev.reveille.protocols.sas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Secret;
import dev.reveille.protocols.sas.SignatureVerdict.Granted;
import dev.reveille.protocols.sas.SignatureVerdict.Refused;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedAccessSignatureTest {
  private static final Secret KEY = Secret.of("Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyMTI=");
  private static final Secret SECOND = Secret.of("c2Vjb25kc2Vjb25kc2Vjb25kc2Vjb25kc2Vjb25kMTI=");
  private static final SharedAccessPolicy POLICY =
      new SharedAccessPolicy("Sender One", KEY, SECOND, Set.of(AccessRight.SEND));
  private static final Instant END = Instant.ofEpochSecond(1_790_000_000);
  private static final Instant NOW = END.minusSeconds(600);
  private static final SignedRequest REGISTRATIONS =
      SignedRequest.of(
          "push.example:8443",
          "/News/registrations?%24filter=ChannelUri%20eq%20'x'&api-version=2020-06");

  /// Signatures that were computed with another program.
  private static final String OF_JAVASCRIPT =
      "SharedAccessSignature sr=https%3A%2F%2Fpush.example%3A8443%2F"
          + "&sig=lJJRrQhOjGIJFxUv9UF0LyFjsXpvDJdZ%2B3RCRHHG%2FsQ%3D&se=1790000000&skn=Sender%20One";

  private static final String OF_JAVA =
      "SharedAccessSignature"
          + " sr=https%3a%2f%2fpush.example%3a8443%2fnews%2fregistrations%3f%24filter"
          + "%3dchanneluri%2520eq%2520%27x%27%26api-version%3d2020-06&sig=Q4ZUtwVBJrvMaYLvstAh7BzHSft7hktEHd9FdsV22%2Fs%3D&se=1790000000&skn=Sender"
          + " One";

  private static SignatureVerdict judge(final String header, final Instant now) {
    return SharedAccessSignature.judge(
        header,
        REGISTRATIONS,
        name -> name.equals(POLICY.name()) ? List.of(POLICY) : List.of(),
        now);
  }

  private static int refused(final String header) {
    final var refused = assertInstanceOf(Refused.class, judge(header, NOW), header);
    assertTrue(
        refused.detail().startsWith(refused.why().number() + ": " + refused.why().words()),
        refused.detail());
    return refused.why().number();
  }

  private static String signed(final String resource) {
    return SharedAccessSignature.sign(resource, POLICY.name(), KEY, END);
  }

  @Test
  void what_each_client_signs_is_granted() {
    final var granted = new Granted(POLICY);
    assertEquals(granted, judge(OF_JAVASCRIPT, NOW), "the root of the namespace");
    assertEquals(granted, judge(OF_JAVA, NOW), "the whole address in lower case with its query");
    final var request =
        SignedRequest.of("push.example:8443", "/news/messages?direct&api-version=1");
    assertEquals(
        granted,
        SharedAccessSignature.judge(
            "SharedAccessSignature"
                + " sr=http%3a%2f%2fpush.example%2fnews%2fmessages%2f%3fapi-version%3d"
                + "2020-06&sig=6r5EPymeCjUq5Qx%2f07Pj1L5KfeCFQJis3Nl6Txsxx00%3d&se=1790000000&skn=Sender"
                + " One",
            request, _ -> List.of(POLICY), NOW),
        ".NET: another scheme, no port, a slash at the end of the path");
    assertEquals(
        granted,
        judge(
            "SharedAccessSignature sig=w44Y80Piu2nNKW4RbhoY/hV/lbf+FFXvZPwdtSJFx4M=&se=1790000000"
                + "&skn=Sender%20One&sr=https%3A%2F%2Fpush.example%3A8443%2FNews",
            NOW),
        "a sample: another order, a hub, a signature that is not encoded");
  }

  @Test
  void the_raw_text_is_what_was_signed() {
    assertEquals(40103, refused(OF_JAVASCRIPT.replace("%3A", "%3a")), "the same when decoded");
    assertEquals(40103, refused(OF_JAVASCRIPT.replace("se=", "se=0")), "the same number");
  }

  @Test
  void either_key_of_a_policy_signs() {
    final var header =
        SharedAccessSignature.sign("https://push.example:8443/", POLICY.name(), SECOND, END);
    assertEquals(new Granted(POLICY), judge(header, NOW));
  }

  @Test
  void of_two_policies_of_one_name_the_one_that_signed_is_granted() {
    final var other =
        new SharedAccessPolicy("Sender One", SECOND, SECOND, Set.of(AccessRight.LISTEN));
    assertEquals(
        new Granted(POLICY),
        SharedAccessSignature.judge(
            OF_JAVASCRIPT, REGISTRATIONS, _ -> List.of(other, POLICY), NOW));
  }

  @Test
  void five_minutes_after_its_end_a_signature_is_over() {
    assertEquals(new Granted(POLICY), judge(OF_JAVASCRIPT, END.plusSeconds(300)));
    final var refused = assertInstanceOf(Refused.class, judge(OF_JAVASCRIPT, END.plusSeconds(301)));
    assertEquals(
        "40106: Expired authorization token, it ended at 2026-09-21T14:13:20Z", refused.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "true <- https://push.example:8443/",
        "true <- https://push.example:8443",
        "true <- HTTP://PUSH.EXAMPLE:8443/NEWS",
        "true <- sb://push.example/news/",
        "true <- push.example/news/registrations",
        "true <- https://push.example:8443/news/registrations?anything=else#here",
        "false <- https://push.example:8443/new",
        "false <- https://push.example:8443/newsletter",
        "false <- https://push.example:8443/news/registrations/1",
        "false <- https://push.example:8443/other",
        "false <- https://push.example:443/",
        "false <- https://push.example.org/",
        "false <- https://example/",
        "false <- https://evil.example@push.example:8443/",
        "false <- ftp://push.example:8443/",
        "false <- https:///news",
        "false <- /news",
      })
  void a_signature_covers_what_lies_below_its_resource(
      final boolean covers, final String resource) {
    final var verdict = judge(signed(resource), NOW);
    if (covers) {
      assertEquals(new Granted(POLICY), verdict);
    } else {
      assertEquals(
          "40104: Invalid authorization token audience, sr is not for this resource",
          assertInstanceOf(Refused.class, verdict).detail());
    }
  }

  @Test
  void a_port_that_the_request_does_not_name_does_not_count() {
    final var request = SignedRequest.of("push.example", "/news/messages");
    for (final var resource :
        List.of(
            "https://push.example:443/news",
            "https://push.example/news",
            // an old client of JavaScript names its port here and not in `Host`
            "https://push.example:8443/news/messages?api-version=2016-07")) {
      assertEquals(
          new Granted(POLICY),
          SharedAccessSignature.judge(signed(resource), request, _ -> List.of(POLICY), NOW));
    }
  }

  @Test
  void an_address_with_escapes_is_compared_decoded() {
    final var request = SignedRequest.of("[::1]:8443", "/news/tags/a%40b/registrations");
    for (final var tag : List.of("a%40b", "a@b", "A%40B")) {
      assertEquals(
          new Granted(POLICY),
          SharedAccessSignature.judge(
              signed("https://[::1]:8443/news/tags/" + tag), request, _ -> List.of(POLICY), NOW));
    }
    assertInstanceOf(
        Refused.class,
        SharedAccessSignature.judge(
            signed("https://[::1]:8443/news%2Ftags"), request, _ -> List.of(POLICY), NOW),
        "an escaped slash is no border");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "40102 <- ''",
        "40102 <- '   '",
        "40105 <- Bearer abc",
        "40105 <- SharedAccessSignatures sr=a",
        "40107 <- SharedAccessSignature",
        "40107 <- SharedAccessSignature sig=a&se=1&skn=a",
        "40107 <- SharedAccessSignature sr=&sig=a&se=1&skn=a",
        "40108 <- SharedAccessSignature sr=a&sig=a&skn=a",
        "40109 <- SharedAccessSignature sr=a&sig=a&se=1",
        "40110 <- SharedAccessSignature sr=a&se=1&skn=a",
        "40105 <- SharedAccessSignature sr=a&sr=b&sig=YWE=&se=1&skn=a",
        "40105 <- SharedAccessSignature sr=a&sig=YWE=&se=1&skn=a&more",
        "40105 <- SharedAccessSignature sr=%2&sig=YWE=&se=1&skn=a",
        "40105 <- SharedAccessSignature sr=%zz&sig=YWE=&se=1&skn=a",
        "40105 <- SharedAccessSignature sr=%ff&sig=YWE=&se=1&skn=a",
        "40105 <- SharedAccessSignature sr=a&sig=*&se=1&skn=a",
        "40105 <- SharedAccessSignature sr=a&sig=YWE=&se=-1&skn=a",
        "40105 <- SharedAccessSignature sr=a&sig=YWE=&se=1.5&skn=a",
        "40105 <- SharedAccessSignature sr=a&sig=YWE=&se=9999999999999999999&skn=a",
      })
  void each_mistake_has_its_sub_code(final int code, final String header) {
    assertEquals(code, refused(header));
  }

  @Test
  void a_header_beyond_all_bounds_is_refused_unread() {
    assertEquals(40105, refused("SharedAccessSignature sr=" + "a".repeat(8_192)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9_999_999_999L, 999_999_999_999_999_999L})
  void an_end_beyond_the_calendar_is_no_fault(final long end) {
    final var header = OF_JAVASCRIPT.replace("se=1790000000", "se=" + end);
    assertEquals(end == 0 ? 40106 : 40103, refused(header));
  }

  @Test
  void a_name_that_no_policy_has_reads_like_a_wrong_key() {
    assertEquals(
        judge(OF_JAVASCRIPT.replace("One", "Two"), NOW),
        judge(OF_JAVASCRIPT.replace("sig=l", "sig=m"), NOW));
  }

  @Test
  void manage_holds_the_other_rights() {
    final var all = new SharedAccessPolicy("all", KEY, SECOND, Set.of(AccessRight.MANAGE));
    for (final var right : AccessRight.values()) {
      assertTrue(all.grants(right), right.word());
      assertEquals(right == AccessRight.SEND, POLICY.grants(right), right.word());
    }
    assertFalse(POLICY.toString().contains("Zm9v"), "keys are not printed");
  }
}

package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which names and addresses name the same person.
class FoldedTest {
  /// The first lines are the examples of RFC 3261 §19.1.4 and RFC 3966 §4.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          sip:%61lice@atlanta.com;transport=TCP | sip:alice@AtLanTa.CoM;Transport=tcp
          sip:carol@chicago.com                 | sip:carol@chicago.com;newparam=5
          sip:carol@chicago.com;newparam=5      | sip:carol@chicago.com;security=on
          sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com | sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com
          sip:alice@atlanta.com?subject=project%20x&priority=urgent | sip:alice@atlanta.com?priority=urgent&subject=project%20x
          tel:+1-201-555-0123                   | TEL:+1(201)555.0123
          tel:7042;phone-context=example.com;ext=1 | tel:70-42;ext=1;phone-context=EXAMPLE.com
          tel:863-1234;phone-context=+1-914-555 | tel:8631234;phone-context=+1914555
          tel:+49-30-1234                       | <tel:+49301234>
          sip:boss@x.org                        | sip:boss@x.org;transport=tls
          sip:boss@x.org;transport=udp          | sip:boss@x.org;transport=tls
          sip:boss@x.org                        | sips:boss@x.org
          sip:boss@x.org                        | <sip:boss@X.ORG>
          sip:anna@x.org                        | "Anna <A>" <sip:Anna@x.org;lr>;tag=7
          sip:anna@x.org                        | Anna <sips:anna@x.org>
          sip:+49-30-1234@gw.org;user=phone     | sip:+49301234@gw.org;User=Phone
          sip:anna@[2001:DB8::1]                | sip:anna@[2001:db8::1];transport=tcp
          Zoe                                   | zOE
          Anna@Example.com                      | anna@example.COM
          ACME\\Anna                            | acme\\anna
          """)
  void these_are_the_same(final String one, final String other) {
    assertEquals(Folded.of(one), Folded.of(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sip:alice@atlanta.com         | sip:bob@atlanta.com
          sip:bob@biloxi.com            | sip:bob@biloxi.com:5060
          sip:bob@biloxi.com:5061       | sip:bob@biloxi.com:5060
          sip:bob@biloxi.com            | sip:bob@biloxi.com;user=phone
          sip:bob@biloxi.com            | sip:bob@biloxi.com;maddr=10.0.0.1
          sip:bob@biloxi.com;ttl=1      | sip:bob@biloxi.com;ttl=2
          sip:bob@biloxi.com            | sip:bob@biloxi.com;method=INVITE
          sip:carol@chicago.com         | sip:carol@chicago.com?Subject=next
          tel:+1-201-555-0123           | tel:+1-201-555-0123;ext=5
          tel:7042;phone-context=a.com  | tel:7042;phone-context=b.com
          tel:7042;phone-context=a.com  | tel:7042
          tel:+49301234                 | sip:+49301234@gw.org;user=phone
          sip:+49-30-1234@gw.org        | sip:+49301234@gw.org
          sip:anna@x.org                | anna@x.org
          sip:a%2Fb@x.org               | sip:a/b@x.org
          """)
  void these_are_not(final String one, final String other) {
    assertNotEquals(Folded.of(one), Folded.of(other));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip:anonymous@anonymous.invalid",
        "\"Anonymous\" <sip:a@Anonymous.INVALID;transport=tls>",
        "sips:x@anonymous.invalid:5061",
        "a@anonymous.invalid"
      })
  void an_address_that_stands_for_no_person_is_withheld(final String address) {
    assertTrue(Folded.isWithheld(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sip:anna@x.org", "sip:a.invalid@x.org", "+4930", "tel:+4930"})
  void any_other_is_not(final String address) {
    assertFalse(Folded.isWithheld(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sip:",
        "sips:",
        "tel:",
        "sip:@",
        "sip:;",
        "sip:?",
        "<>",
        "<sip:>",
        "> <",
        "%",
        "sip:%",
        "sip:a%4",
        "sip:%zz@x",
        "sip:a@b@c;;=;user",
        "tel:;ext",
        "\"",
        "<sip:a",
        "sip:a>",
        " "
      })
  void whatever_is_no_address_is_compared_all_the_same(final String text) {
    assertEquals(Folded.of(text), Folded.of(text));
    assertEquals(Folded.isWithheld(text), Folded.isWithheld(text));
  }

  @Test
  void a_caller_is_let_through_in_any_form_and_the_list_stays_as_it_was_written() {
    final var wishes =
        Preferences.DEFAULT
            .withDoNotDisturb(Instant.MAX)
            .withLetThrough(Set.of("sip:Boss@X.org", "tel:+49-30-1234"));
    assertTrue(wishes.letsThrough(new Caller("", "\"B\" <sips:boss@x.org;transport=tls>")));
    assertTrue(wishes.letsThrough(new Caller("", "tel:+49(30)1234")));
    assertFalse(wishes.letsThrough(new Caller("", "sip:boss@x.org:5061")));
    assertEquals(Set.of("sip:Boss@X.org", "tel:+49-30-1234"), wishes.letThrough());
    assertTrue(wishes.withSpread(new Preferences.Spread.EveryDevice()).equals(wishes));
  }
}

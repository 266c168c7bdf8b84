package dev.reveille.protocols.sas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.reveille.model.Secret;
import dev.reveille.protocols.sas.SignatureVerdict.Granted;
import dev.reveille.protocols.sas.SignatureVerdict.Refused;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SharedAccessProperties {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings()
        .all()
        .ofMinLength(1)
        .ofMaxLength(30)
        .filter(word -> !dev.reveille.model.Surrogates.halfIn(word));
  }

  @Provide
  Arbitrary<ConnectionString> strings() {
    final var keys =
        Arbitraries.strings()
            .withCharRange('!', '~')
            .excludeChars(';')
            .ofMinLength(1)
            .ofMaxLength(256);
    return Combinators.combine(
            Arbitraries.of("h", "push.example", "127.0.0.1", "[::1]", "a-b.c_d.example"),
            Arbitraries.integers().between(0, 65_535),
            keys,
            keys.map(Secret::of))
        .as(ConnectionString::new);
  }

  @Property(tries = 500)
  void what_is_printed_is_read_again(@ForAll("strings") final ConnectionString string) {
    assertEquals(string, ConnectionString.parse(string.print()));
    assertEquals(3, string.print().split(";").length);
  }

  /// Whatever the name, the path and the key, and in any order of the parts.
  @Property(tries = 300)
  void what_is_signed_is_granted_and_an_altered_character_is_not(
      @ForAll("words") final String name,
      @ForAll("words") final String path,
      @ForAll("words") final String key,
      @ForAll @IntRange(min = 0, max = 1_000_000) final int seed) {
    final var policy =
        new SharedAccessPolicy(
            name, Secret.of(key), Secret.of(key + "2"), Set.of(AccessRight.LISTEN));
    final var random = new Random(seed);
    final var escaped = "/" + PercentText.encode(path);
    final var header =
        SharedAccessSignature.sign(
            "sb://h:1" + escaped, name, policy.primary(), NOW.plusSeconds(60));
    final var parts = new java.util.ArrayList<>(List.of(header.substring(22).split("&")));
    Collections.shuffle(parts, random);
    final var shuffled = "SharedAccessSignature " + String.join("&", parts);
    assertEquals(new Granted(policy), judge(shuffled, escaped, policy));

    final int at = shuffled.indexOf("sig=") + 4 + random.nextInt(20);
    final char altered = shuffled.charAt(at) == 'A' ? 'B' : 'A';
    final var changed = shuffled.substring(0, at) + altered + shuffled.substring(at + 1);
    assertNotEquals(shuffled, changed);
    assertInstanceOf(Refused.class, judge(changed, escaped, policy));
  }

  private static SignatureVerdict judge(
      final String header, final String path, final SharedAccessPolicy policy) {
    return SharedAccessSignature.judge(
        header,
        SignedRequest.of("h:1", path + "/below?x"),
        name -> name.equals(policy.name()) ? List.of(policy) : List.of(),
        NOW);
  }
}

package dev.reveille.push.url;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.http.client.PublicUrl;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

/// An address is read the same whether its origin was seen before or not.
final class JudgedOriginsProperties {
  private static final List<String> ORIGINS =
      List.of(
          "https://db5.notify.windows.com",
          "https://DB5.notify.windows.com",
          "https://push.example.com:443",
          "https://push.example.com:8443",
          "https://push.example.com?a",
          "https://push.example.com#a",
          "https://user@push.example.com",
          "http://push.example.com",
          "https://127.0.0.1",
          "https://[2001:4860:4860::8888]",
          "https://0x7f.1",
          "https:/push.example.com",
          "https:",
          "");

  @Provide
  Arbitrary<List<String>> addresses() {
    final var origin = Arbitraries.of(ORIGINS);
    final var path =
        Arbitraries.strings()
            .withChars("/ab9?&=%2F#@:\\\"<[]{}|^` ~-._\u00e4\t")
            .ofMaxLength(8)
            .map(text -> text.isEmpty() ? text : "/" + text);
    final var end =
        Arbitraries.frequency(Tuple.of(9, ""), Tuple.of(1, "x".repeat(PublicUrl.LONGEST)));
    return Combinators.combine(origin, path, end)
        .as((start, middle, rest) -> start + middle + rest)
        .list()
        .ofMinSize(2)
        .ofMaxSize(40);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void a_remembered_origin_changes_no_answer(@ForAll("addresses") final List<String> addresses) {
    final var remembering = new JudgedOrigins(PublicUrl::of);
    for (final var address : addresses) {
      assertEquals(
          read(PublicUrl::of, address), read(remembering::read, address), () -> "of " + address);
    }
  }

  private static String read(final Function<String, PublicUrl> reader, final String address) {
    try {
      final var url = reader.apply(address);
      return url.origin() + " " + url.path() + " " + url.host() + " " + url.port();
    } catch (PublicUrl.Refused e) {
      return e.fault() + " " + e.getMessage();
    }
  }

  @Test
  void an_origin_is_judged_once() {
    final var judged = new AtomicInteger();
    final var origins =
        new JudgedOrigins(text -> {
          judged.incrementAndGet();
          return PublicUrl.of(text);
        });
    for (int i = 0; i < 100; i++) {
      assertEquals("/?token=" + i, origins.read("https://push.example.com/?token=" + i).path());
    }
    assertEquals(1, judged.get());
  }
}

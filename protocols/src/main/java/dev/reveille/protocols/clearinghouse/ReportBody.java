package dev.reveille.protocols.clearinghouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The body of a report: `v`, `id`, `ref`, `outcome`, `at`, `partner`, `trail`, `key` and
/// `signature`.
///
/// What is signed are the values of `id`, `ref`, `outcome`, `at` and `partner` and each line of
/// `trail`, each followed by a line feed, in UTF-8.
final class ReportBody {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReportBody() {}

  /// @param outcome as [SentOutcome] has it
  /// @param at when the platform answered
  /// @param trail as [SentOutcome] has it
  static byte[] of(
      final FollowedPush push,
      final String outcome,
      final Instant at,
      final List<String> trail,
      final ReportSigner signer) {
    final var body = new LinkedHashMap<String, Object>();
    body.put("v", 1);
    body.put("id", push.id().toString());
    body.put("ref", push.reference());
    body.put("outcome", outcome);
    body.put("at", at.toString());
    body.put("partner", push.partner());
    body.put("trail", trail);
    body.put("key", signer.publicKey());
    body.put("signature", signer.sign(signed(body, trail)));
    try {
      return JSON.writeValueAsBytes(body);
    } catch (final JsonProcessingException e) {
      throw new IllegalStateException("texts always have JSON", e);
    }
  }

  private static byte[] signed(final Map<String, Object> body, final List<String> trail) {
    final var text = new StringBuilder();
    for (final var name : new String[] {"id", "ref", "outcome", "at", "partner"}) {
      text.append(body.get(name)).append('\n');
    }
    trail.forEach(line -> text.append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}

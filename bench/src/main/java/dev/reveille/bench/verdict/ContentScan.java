package dev.reveille.bench.verdict;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Searches logs, metrics and trails for what must not be there: names, words, tokens and keys that
/// were used, the first characters of each token, and names in percent- or base64-encoding. A
/// finding names the kind and the place, not the content.
public final class ContentScan {
  private static final int TOKEN_BEGINNING = 12;
  private static final Pattern SEVERE = Pattern.compile("(?m)^.*\\bSEVERE\\b.*$");
  static final String FAULTS_TOTAL = "reveille_faults_total";

  private static final Pattern FAULTS =
      Pattern.compile("(?m)^" + FAULTS_TOTAL + "(?:\\{[^}]*})? ([0-9.eE+]+)$");

  private final Map<String, String> kinds = new LinkedHashMap<>(); // what is looked for, its kind

  private ContentScan() {}

  /// @param texts words that occur nowhere else
  /// @param secrets push tokens, device tokens and keys
  public static ContentScan of(
      final Collection<String> names,
      final Collection<String> texts,
      final Collection<String> secrets) {
    final var scan = new ContentScan();
    for (final var name : names) {
      scan.kinds.put(name, "a name");
      percent(name).forEach(form -> scan.kinds.putIfAbsent(form, "a name, percent-encoded"));
      base64(name).forEach(form -> scan.kinds.putIfAbsent(form, "a name, base64-encoded"));
    }
    texts.forEach(text -> scan.kinds.putIfAbsent(text, "the words of a message"));
    for (final var secret : secrets) {
      // finds the whole secret too
      final var beginning = secret.substring(0, Math.min(TOKEN_BEGINNING, secret.length()));
      scan.kinds.putIfAbsent(beginning, "a token or key, or its beginning");
    }
    scan.kinds.remove("");
    return scan;
  }

  private static List<String> percent(final String name) {
    final var plus = URLEncoder.encode(name, StandardCharsets.UTF_8);
    final var percent = plus.replace("+", "%20");
    return List.of(plus, percent, plus.toLowerCase(Locale.ROOT), percent.toLowerCase(Locale.ROOT));
  }

  /// A name stands at any place of what was encoded: three ways to begin, of which the characters
  /// that depend on the neighbours are cut off.
  private static List<String> base64(final String name) {
    final var forms = new ArrayList<String>();
    final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    for (int before = 0; before < 3; before++) {
      final byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      for (final var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        final var text = encoder.withoutPadding().encodeToString(shifted);
        final int from = (before * 8 + 5) / 6;
        final int to = shifted.length * 8 / 6;
        forms.add(text.substring(from, to));
      }
    }
    return forms;
  }

  /// What is in the text that must not be there.
  public List<String> find(final String where, final String text) {
    final var found = new ArrayList<String>();
    kinds.forEach((needle, kind) -> {
      final int at = text.indexOf(needle);
      if (at >= 0) {
        final long line = text.substring(0, at).lines().count();
        found.add(where + " holds " + kind + " (line " + Math.max(1, line) + ")");
      }
    });
    return found;
  }

  /// Severe lines of a log, and faults that metrics count.
  public static List<String> faults(final String where, final String text) {
    final var found = new ArrayList<String>();
    final var severe = SEVERE.matcher(text);
    while (severe.find()) {
      found.add(where + ": " + severe.group().strip());
    }
    final var counted = FAULTS.matcher(text);
    while (counted.find()) {
      if (Double.parseDouble(counted.group(1)) > 0) {
        found.add(where + ": " + counted.group());
      }
    }
    return found;
  }
}

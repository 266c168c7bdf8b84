package dev.reveille.protocols.federation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// A part of the settings that home sends to its edge, or the mere question whether the edge has
/// them: the body of a MESSAGE to the edge itself.
///
/// ```json
/// {"v": 1, "revision": "…"}
/// {"v": 1, "revision": "…", "page": 1, "pages": 3, "slice": "BASE64"}
/// ```
///
/// @param revision of the whole
/// @param page from 1; 0 for the question
/// @param slice of the bytes of [HomeSettings]
record SettingsPage(String revision, int page, int pages, byte[] slice) {
  /// The type of the body.
  static final String TYPE = "application/vnd.reveille.settings+json";

  /// How many pages there can be: 16 MB of compressed settings.
  static final int MOST_PAGES = 400;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SLICE = 40_000;
  private static final int LONGEST_REVISION = 64;

  /// Asks whether the edge has a revision.
  static SettingsPage question(final String revision) {
    return new SettingsPage(revision, 0, 0, new byte[0]);
  }

  /// All pages of the settings.
  ///
  /// @throws IllegalArgumentException when they would be more than [#MOST_PAGES]
  static List<SettingsPage> all(final String revision, final byte[] bytes) {
    final int pages = Math.max(1, (bytes.length + SLICE - 1) / SLICE);
    if (pages > MOST_PAGES) {
      throw new IllegalArgumentException(
          "the settings have " + bytes.length + " bytes, more than an edge takes");
    }
    final var all = new ArrayList<SettingsPage>();
    for (int page = 1; page <= pages; page++) {
      final int from = (page - 1) * SLICE;
      all.add(
          new SettingsPage(
              revision,
              page,
              pages,
              Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + SLICE))));
    }
    return all;
  }

  boolean isQuestion() {
    return page == 0;
  }

  byte[] bytes() {
    final var json = JSON.createObjectNode().put("v", 1).put("revision", revision);
    if (!isQuestion()) {
      json.put("page", page).put("pages", pages);
      json.put("slice", Base64.getEncoder().encodeToString(slice));
    }
    try {
      return JSON.writeValueAsBytes(json);
    } catch (final JsonProcessingException e) {
      throw new IllegalStateException("texts always have JSON", e);
    }
  }

  /// @throws IllegalArgumentException for anything else than a page or the question
  static SettingsPage read(final byte[] body) {
    final JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (final IOException malformed) {
      throw new IllegalArgumentException("no JSON", malformed);
    }
    final var revision = json.path("revision").asText();
    final int page = json.path("page").asInt();
    final int pages = json.path("pages").asInt();
    final boolean isPage = page >= 1 && page <= pages && pages <= MOST_PAGES;
    if (json.path("v").asInt() != 1
        || revision.isEmpty()
        || revision.length() > LONGEST_REVISION
        || !isPage && json.has("page")) {
      throw new IllegalArgumentException("no page of settings");
    }
    return isPage
        ? new SettingsPage(
            revision, page, pages, Base64.getDecoder().decode(json.path("slice").asText()))
        : question(revision);
  }
}

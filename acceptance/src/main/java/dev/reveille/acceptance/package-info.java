/// Black-box tests: the scenarios of the five published texts (`docs/requirements.md`), played
/// against the packaged server, and checks of the project's own rules. All of it is in `src/test`;
/// `src/main` holds this file only.
@NullMarked
package dev.reveille.acceptance;

import org.jspecify.annotations.NullMarked;

/// The description of the API and of the devices' requests as an OpenAPI 3.1 document, for programs
/// and, as a page, for people. [ApiDocument] is the front. Tests hold it against what is served and
/// answered.
@NullMarked
package dev.reveille.protocols.openapi;

import org.jspecify.annotations.NullMarked;

// What regular expressions cannot say.
//
// - Nothing goes on with a number: `2s` is a duration, `2sx` is not.
// - Spaces may stand before the `}` of an insertion, tabs and comments may not.
// - A `"""` string goes on behind a mistake in it: text that is being typed, such as `${na`, leaves
//   the rest of the string a string.
// - A statement goes on in the next line if that is indented and not blank.

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

enum Token { NUMBER_END, INSERTION_END, LONG_START, LONG_TEXT, LONG_END, CONTINUATION, NEVER };

typedef struct {
  bool in_long_string;
} Scanner;

void *tree_sitter_cxflow_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_cxflow_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_cxflow_external_scanner_serialize(void *payload, char *buffer) {
  buffer[0] = (char)((Scanner *)payload)->in_long_string;
  return 1;
}

void tree_sitter_cxflow_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  ((Scanner *)payload)->in_long_string = length == 1 && buffer[0];
}

static bool goes_on(int32_t character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_';
}

static bool scan_number_end(TSLexer *lexer) {
  lexer->mark_end(lexer);
  lexer->result_symbol = NUMBER_END;
  // `1..5` and `1->a` end the number, `1.5` and `1-a` do not.
  if (lexer->lookahead == '-' || lexer->lookahead == '.') {
    lexer->advance(lexer, false);
  }
  return !goes_on(lexer->lookahead);
}

static bool scan_insertion_end(TSLexer *lexer) {
  lexer->result_symbol = INSERTION_END;
  while (lexer->lookahead == ' ') {
    lexer->advance(lexer, true);
  }
  if (lexer->lookahead != '}') {
    return false;
  }
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  return true;
}

static void skip_blanks(TSLexer *lexer) {
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t') {
    lexer->advance(lexer, true);
  }
}

// A line break and the indentation of the next line, which must have something.
static bool scan_continuation(TSLexer *lexer) {
  lexer->result_symbol = CONTINUATION;
  if (lexer->lookahead == '\r') {
    lexer->advance(lexer, false);
  }
  if (lexer->lookahead != '\n') {
    return false;
  }
  lexer->advance(lexer, false);
  bool is_indented = false;
  while (lexer->lookahead == ' ' || lexer->lookahead == '\t') {
    lexer->advance(lexer, false);
    is_indented = true;
  }
  lexer->mark_end(lexer);
  return is_indented && lexer->lookahead != '\r' && lexer->lookahead != '\n' && !lexer->eof(lexer);
}

// Passes three quotes, or the one or two that there are.
static bool pass_three_quotes(TSLexer *lexer) {
  for (int count = 0; count < 3; count++) {
    if (lexer->lookahead != '"') {
      return false;
    }
    lexer->advance(lexer, false);
  }
  return true;
}

static bool scan_long_start(Scanner *scanner, TSLexer *lexer) {
  skip_blanks(lexer);
  if (!pass_three_quotes(lexer)) {
    return false;
  }
  lexer->mark_end(lexer);
  lexer->result_symbol = LONG_START;
  scanner->in_long_string = true;
  return true;
}

// Text up to an escape, an insertion or the end of the string; or its end.
static bool scan_in_long_string(Scanner *scanner, TSLexer *lexer, bool after_mistake) {
  bool any = false;
  lexer->result_symbol = LONG_TEXT;
  while (!lexer->eof(lexer) && lexer->lookahead != '\\') {
    lexer->mark_end(lexer);
    if (lexer->lookahead == '"') {
      if (pass_three_quotes(lexer)) {
        if (!any) {
          lexer->mark_end(lexer);
          lexer->result_symbol = LONG_END;
          scanner->in_long_string = false;
        }
        return true;
      }
    } else if (lexer->lookahead == '$') {
      lexer->advance(lexer, false);
      if (lexer->lookahead == '{') {
        return any;
      }
    } else {
      lexer->advance(lexer, false);
    }
    any = true;
  }
  lexer->mark_end(lexer);
  if (!any && after_mistake && lexer->lookahead == '\\') {
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    lexer->result_symbol = NEVER;
    return true;
  }
  return any;
}

bool tree_sitter_cxflow_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *scanner = payload;
  // After a mistake everything is asked for.
  if (valid[NEVER] && valid[LONG_TEXT]) {
    return scanner->in_long_string ? scan_in_long_string(scanner, lexer, true) : scan_long_start(scanner, lexer);
  }
  if (valid[NUMBER_END]) {
    return scan_number_end(lexer);
  }
  if (valid[INSERTION_END]) {
    return scan_insertion_end(lexer);
  }
  if (valid[LONG_TEXT]) {
    return scan_in_long_string(scanner, lexer, false);
  }
  if (valid[CONTINUATION]) {
    skip_blanks(lexer);
    if (lexer->lookahead == '\r' || lexer->lookahead == '\n') {
      return scan_continuation(lexer);
    }
  }
  return valid[LONG_START] && scan_long_start(scanner, lexer);
}

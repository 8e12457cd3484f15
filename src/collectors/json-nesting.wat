;; Finds where the outermost objects and arrays of a JSON text (RFC 8259) begin and end, 16 bytes at a time and without a
;; branch for each quote. The text comes in windows, so that memory stays the same for a document of any size.
;;
;; Memory:      0  the window: at most 65,536 bytes, and 16 zero bytes behind them
;;         69,632  the marks: positions in the window, 32 bits each
(module
  (memory (export "memory") 6)
  ;; Carried over from window to window: how many objects and arrays are open; 0xffff inside a string, else 0; 1 where the
  ;; next byte is escaped, else 0.
  (global $depth (mut i32) (i32.const 0))
  (global $string (mut i32) (i32.const 0))
  (global $escape (mut i32) (i32.const 0))

  ;; Forgets the text before.
  (func (export "begin")
    (global.set $depth (i32.const 0))
    (global.set $string (i32.const 0))
    (global.set $escape (i32.const 0)))

  ;; Reads a window of $length bytes and answers how many marks it has written: the bytes that open something at a depth of
  ;; at most $deepest, and those that close it.
  (func (export "scan") (param $length i32) (param $deepest i32) (result i32)
    (local $at i32) (local $mark i32) (local $depth i32) (local $string i32) (local $byte i32)
    (local $block v128) (local $folded v128) (local $quotes i32) (local $nesting i32)
    (local.set $mark (i32.const 69632))
    (local.set $depth (global.get $depth))
    (local.set $string (global.get $string))
    (loop $next
      (local.set $block (v128.load (local.get $at)))
      (local.set $quotes (i8x16.bitmask (i8x16.eq (local.get $block) (i8x16.splat (i32.const 0x22)))))

      ;; Where there is a backslash, quotes that it escapes are no quotes: byte by byte, which is seldom.
      (if (i32.or (global.get $escape) (v128.any_true (i8x16.eq (local.get $block) (i8x16.splat (i32.const 0x5c)))))
        (then (local.set $quotes (call $unescaped (local.get $at) (local.get $quotes)))))

      ;; Every bit becomes the parity of the quotes up to it: set inside a string.
      (local.set $quotes (i32.xor (local.get $quotes) (i32.shl (local.get $quotes) (i32.const 1))))
      (local.set $quotes (i32.xor (local.get $quotes) (i32.shl (local.get $quotes) (i32.const 2))))
      (local.set $quotes (i32.xor (local.get $quotes) (i32.shl (local.get $quotes) (i32.const 4))))
      (local.set $quotes (i32.xor (local.get $quotes) (i32.shl (local.get $quotes) (i32.const 8))))
      (local.set $quotes (i32.xor (local.get $quotes) (local.get $string)))

      ;; "[" and "{", and "]" and "}", differ in one bit each.
      (local.set $folded (v128.or (local.get $block) (i8x16.splat (i32.const 0x20))))
      (local.set $nesting (i32.and
        (i8x16.bitmask (v128.or
          (i8x16.eq (local.get $folded) (i8x16.splat (i32.const 0x7b)))
          (i8x16.eq (local.get $folded) (i8x16.splat (i32.const 0x7d)))))
        (i32.xor (local.get $quotes) (i32.const -1))))
      (local.set $string (i32.and (i32.sub (i32.const 0) (i32.and (i32.shr_u (local.get $quotes) (i32.const 15)) (i32.const 1))) (i32.const 0xffff)))

      (block $done
        (loop $each
          (br_if $done (i32.eqz (local.get $nesting)))
          (local.set $byte (i32.add (local.get $at) (i32.ctz (local.get $nesting))))
          (local.set $nesting (i32.and (local.get $nesting) (i32.sub (local.get $nesting) (i32.const 1))))
          ;; 0x5b and 0x7b open, 0x5d and 0x7d close: bit 2 tells.
          (if (i32.and (i32.load8_u (local.get $byte)) (i32.const 4))
            (then (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))))
          (if (i32.le_s (local.get $depth) (local.get $deepest))
            (then
              (i32.store (local.get $mark) (local.get $byte))
              (local.set $mark (i32.add (local.get $mark) (i32.const 4)))))
          (if (i32.eqz (i32.and (i32.load8_u (local.get $byte)) (i32.const 4)))
            (then (local.set $depth (i32.add (local.get $depth) (i32.const 1)))))
          (br $each)))

      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $length))))
    (global.set $depth (local.get $depth))
    (global.set $string (local.get $string))
    (i32.shr_u (i32.sub (local.get $mark) (i32.const 69632)) (i32.const 2)))

  ;; Takes the quotes away that stand behind an odd number of backslashes. Outside strings JSON has no backslash.
  (func $unescaped (param $at i32) (param $quotes i32) (result i32)
    (local $bit i32) (local $escape i32)
    (local.set $escape (global.get $escape))
    (loop $next
      (if (local.get $escape)
        (then
          (local.set $quotes (i32.and (local.get $quotes) (i32.xor (i32.shl (i32.const 1) (local.get $bit)) (i32.const -1))))
          (local.set $escape (i32.const 0)))
        (else
          (local.set $escape (i32.eq (i32.load8_u (i32.add (local.get $at) (local.get $bit))) (i32.const 0x5c)))))
      (local.set $bit (i32.add (local.get $bit) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $bit) (i32.const 16))))
    (global.set $escape (local.get $escape))
    (local.get $quotes)))

;; Reads a list of popular names as it is packed: what would be loops of JavaScript over a few hundred thousand rows, which are
;; interpreted for longer than they take here. A row is the number of a name in code-unit order. What is done for each row is a
;; function of its own, since the engine puts optimised code in place from one call to the next. `popularity-columns.ts` lays
;; out the areas behind these, with room for reading 16 bytes at a time:
;;
;; Memory:      0  by character code, the bit of the letter set that stands for it, 32 bits each; 0 for a delimiter
;;          1,024  by depth in a name, the letters and the length of its form up to there and the letters of its base, 32 bits each
;;          5,120  a name that is read
;;          5,632  a text that is looked for
;;          6,144  a scope, from the at sign to the slash
;;          6,656  by bucket, the fewest downloads, 64 bits each
(module
  (memory (export "memory") 1)
  ;; By row, bytes: how much a name shares with the one before it, and its bucket. Every 64th row shares nothing.
  (global $prefixes (mut i32) (i32.const 0))
  (global $buckets (mut i32) (i32.const 0))
  ;; By row: the letters (32 bits) and the length (8 bits) of its form, which is the name without delimiters. Rows of like letters
  ;; are chained: $heads has, by `slot`, the last row plus one, and $links, by row, the one before it plus one (32 bits each); 0 ends
  ;; a chain. Behind $toBase bytes the same of bases, which are what of the form follows a scope; nothing where there is none.
  (global $letters (mut i32) (i32.const 0))
  (global $lengths (mut i32) (i32.const 0))
  (global $heads (mut i32) (i32.const 0))
  (global $links (mut i32) (i32.const 0))
  (global $toBase (mut i32) (i32.const 0))
  ;; For 64 rows each, where the suffix of the first begins.
  (global $blocks (mut i32) (i32.const 0))
  ;; Where the next suffix is read; each ends with a line feed.
  (global $suffix (mut i32) (i32.const 0))
  (global $suffixEnd (mut i32) (i32.const 0))
  (global $size (mut i32) (i32.const 0))

  ;; Takes the areas over and measures all names. Answers 1, or 0 for a list that does not add up: a prefix longer than the name
  ;; before it, one where there may be none, a name that is too long, or suffixes of another number.
  (func (export "open")
    (param $size i32) (param $prefixes i32) (param $buckets i32) (param $suffix i32) (param $suffixEnd i32)
    (param $blocks i32) (param $letters i32) (param $lengths i32)
    (param $heads i32) (param $links i32) (param $toBase i32) (result i32)
    (local $row i32)
    (global.set $size (local.get $size))
    (global.set $prefixes (local.get $prefixes))
    (global.set $buckets (local.get $buckets))
    (global.set $suffix (local.get $suffix))
    (global.set $suffixEnd (local.get $suffixEnd))
    (global.set $blocks (local.get $blocks))
    (global.set $letters (local.get $letters))
    (global.set $lengths (local.get $lengths))
    (global.set $heads (local.get $heads))
    (global.set $links (local.get $links))
    (global.set $toBase (local.get $toBase))
    (loop $name
      (if (i32.lt_u (local.get $row) (local.get $size))
        (then
          (if (i32.eqz (call $measure (local.get $row))) (then (return (i32.const 0))))
          (local.set $row (i32.add (local.get $row) (i32.const 1)))
          (br $name))))
    (i32.eq (global.get $suffix) (global.get $suffixEnd)))

  ;; Of the name measured last: its bytes, whether it begins with an at sign, the byte behind its scope (0 without one), and the
  ;; length of the form of its scope.
  (global $nameBytes (mut i32) (i32.const 0))
  (global $isScoped (mut i32) (i32.const 0))
  (global $base (mut i32) (i32.const 0))
  (global $scopeLength (mut i32) (i32.const 0))

  ;; Measures one name, from the depth on up to which the one before it is the same. Answers 1, or 0 where it does not add up.
  (func $measure (param $row i32) (result i32)
    (local $depth i32) (local $at i32) (local $byte i32) (local $bit i32) (local $set i32) (local $length i32) (local $baseSet i32)
    (local.set $at (global.get $suffix))
    (local.set $depth (i32.load8_u (i32.add (global.get $prefixes) (local.get $row))))
    (if (i32.gt_u (local.get $depth) (global.get $nameBytes)) (then (return (i32.const 0))))
    (if (i32.ge_u (local.get $at) (global.get $suffixEnd)) (then (return (i32.const 0))))
    (if (i32.eqz (local.get $depth)) (then (global.set $isScoped (i32.eq (i32.load8_u (local.get $at)) (i32.const 64)))))
    (if (i32.lt_u (local.get $depth) (global.get $base)) (then (global.set $base (i32.const 0))))
    (if (i32.eqz (i32.and (local.get $row) (i32.const 63)))
      (then
        (if (local.get $depth) (then (return (i32.const 0))))
        (i32.store (call $blockEntry (local.get $row)) (local.get $at))))
    (local.set $depth (i32.shl (local.get $depth) (i32.const 4)))
    (local.set $set (i32.load offset=1024 (local.get $depth)))
    (local.set $length (i32.load offset=1028 (local.get $depth)))
    (local.set $baseSet (i32.load offset=1032 (local.get $depth)))
    (block $read
      (loop $character
        (local.set $byte (i32.load8_u (local.get $at)))
        (br_if $read (i32.eq (local.get $byte) (i32.const 10)))
        ;; No name is longer than 214 bytes.
        (if (i32.ge_u (local.get $depth) (i32.const 3424)) (then (return (i32.const 0))))
        (local.set $bit (i32.load (i32.shl (local.get $byte) (i32.const 2))))
        (local.set $set (i32.or (local.get $set) (local.get $bit)))
        (local.set $length (i32.add (local.get $length) (i32.ne (local.get $bit) (i32.const 0))))
        (local.set $depth (i32.add (local.get $depth) (i32.const 16)))
        (if (global.get $isScoped)
          (then
            (if (global.get $base)
              (then (local.set $baseSet (i32.or (local.get $baseSet) (local.get $bit))))
              (else
                (if (i32.eq (local.get $byte) (i32.const 47))
                  (then
                    (global.set $base (i32.shr_u (local.get $depth) (i32.const 4)))
                    (global.set $scopeLength (local.get $length))))))))
        (i32.store offset=1024 (local.get $depth) (local.get $set))
        (i32.store offset=1028 (local.get $depth) (local.get $length))
        (i32.store offset=1032 (local.get $depth) (local.get $baseSet))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $character)))
    (global.set $nameBytes (i32.shr_u (local.get $depth) (i32.const 4)))
    (global.set $suffix (i32.add (local.get $at) (i32.const 1)))
    (call $note (local.get $row) (i32.const 0) (local.get $set) (local.get $length))
    (if (global.get $base)
      (then (call $note
        (local.get $row)
        (global.get $toBase)
        (local.get $baseSet)
        (i32.sub (local.get $length) (global.get $scopeLength)))))
    (i32.const 1))

  ;; Writes down what is known about the name, or the base, of a row.
  (func $note (param $row i32) (param $form i32) (param $set i32) (param $length i32)
    (local $entry i32) (local $head i32)
    (i32.store8 (i32.add (i32.add (global.get $lengths) (local.get $form)) (local.get $row)) (local.get $length))
    (local.set $entry (i32.add (local.get $form) (i32.shl (local.get $row) (i32.const 2))))
    (i32.store (i32.add (global.get $letters) (local.get $entry)) (local.get $set))
    (local.set $head (i32.add (i32.add (global.get $heads) (local.get $form)) (call $slot (local.get $set))))
    (i32.store (i32.add (global.get $links) (local.get $entry)) (i32.load (local.get $head)))
    (i32.store (local.get $head) (i32.add (local.get $row) (i32.const 1))))

  ;; Which of 65,536 chains a set of letters belongs to, times four.
  (func $slot (param $set i32) (result i32)
    (i32.and (i32.shr_u (i32.mul (local.get $set) (i32.const 0x9e3779b1)) (i32.const 14)) (i32.const 0x3fffc)))

  ;; Where that of the 64 rows around $row stands in $blocks.
  (func $blockEntry (param $row i32) (result i32)
    (i32.add (global.get $blocks) (i32.shl (i32.shr_u (local.get $row) (i32.const 6)) (i32.const 2))))

  ;; Reads the name of a row; answers with its length.
  (func $read (export "read") (param $wanted i32) (result i32)
    (local $row i32) (local $length i32)
    (local.set $row (i32.and (local.get $wanted) (i32.const -64)))
    (call $goToBlock (local.get $wanted))
    (loop $next
      (local.set $length (call $readNext (local.get $row)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $next (i32.le_u (local.get $row) (local.get $wanted))))
    (local.get $length))

  ;; The next name to be read is the first of the 64 around $row.
  (func $goToBlock (param $row i32)
    (global.set $suffix (i32.load (call $blockEntry (local.get $row)))))

  ;; Reads the name of the row behind the one that was read last; answers with its length.
  (func $readNext (param $row i32) (result i32)
    (local $at i32) (local $read i32) (local $block v128) (local $count i32)
    (local.set $at (i32.load8_u (i32.add (global.get $prefixes) (local.get $row))))
    (local.set $read (global.get $suffix))
    (loop $more
      (local.set $block (v128.load (local.get $read)))
      (v128.store offset=5120 (local.get $at) (local.get $block))
      ;; The bytes before the line feed, 16 without one.
      (local.set $count (i32.ctz (i32.or
        (i8x16.bitmask (i8x16.eq (local.get $block) (i8x16.splat (i32.const 10))))
        (i32.const 0x10000))))
      (local.set $at (i32.add (local.get $at) (local.get $count)))
      (local.set $read (i32.add (local.get $read) (local.get $count)))
      (br_if $more (i32.eq (local.get $count) (i32.const 16))))
    (global.set $suffix (i32.add (local.get $read) (i32.const 1)))
    (local.get $at))

  ;; The first row whose name is not below the text of $length bytes.
  (func $lowerBound (export "lowerBound") (param $length i32) (result i32)
    (local $low i32) (local $high i32) (local $middle i32) (local $row i32)
    ;; The last block that begins below the text; rows before the first one are none.
    (local.set $high (i32.shr_u (i32.add (global.get $size) (i32.const 63)) (i32.const 6)))
    (loop $halve
      (if (i32.lt_u (local.get $low) (local.get $high))
        (then
          (local.set $middle (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
          (local.set $row (i32.shl (local.get $middle) (i32.const 6)))
          (call $goToBlock (local.get $row))
          (if (call $isBelow (call $readNext (local.get $row)) (local.get $length))
            (then (local.set $low (i32.add (local.get $middle) (i32.const 1))))
            (else (local.set $high (local.get $middle))))
          (br $halve))))
    (if (i32.eqz (local.get $low)) (then (return (i32.const 0))))
    (local.set $row (i32.shl (i32.sub (local.get $low) (i32.const 1)) (i32.const 6)))
    (call $goToBlock (local.get $row))
    (loop $next
      (if (i32.ge_u (local.get $row) (global.get $size)) (then (return (local.get $row))))
      (if (i32.eqz (call $isBelow (call $readNext (local.get $row)) (local.get $length))) (then (return (local.get $row))))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $next (i32.and (local.get $row) (i32.const 63))))
    (local.get $row))

  ;; Whether the name that was read is below the text that is looked for.
  (func $isBelow (param $nameBytes i32) (param $length i32) (result i32)
    (local $at i32) (local $end i32) (local $difference i32)
    (local.set $end (select
      (local.get $nameBytes)
      (local.get $length)
      (i32.lt_u (local.get $nameBytes) (local.get $length))))
    (loop $same
      (if (i32.ge_u (local.get $at) (local.get $end))
        (then (return (i32.lt_u (local.get $nameBytes) (local.get $length)))))
      (local.set $difference (i32.sub (i32.load8_u offset=5120 (local.get $at)) (i32.load8_u offset=5632 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $same (i32.eqz (local.get $difference))))
    (i32.lt_s (local.get $difference) (i32.const 0)))

  ;; The last row before $row of which the form has the letters $set and $length characters; -1 without one, and for a $row of -1
  ;; the last of all. $form is 0 for names and $toBase for bases.
  (func (export "alike") (param $row i32) (param $form i32) (param $set i32) (param $length i32) (result i32)
    (local $letters i32) (local $lengths i32) (local $links i32) (local $link i32)
    (local.set $letters (i32.add (global.get $letters) (local.get $form)))
    (local.set $lengths (i32.add (global.get $lengths) (local.get $form)))
    (local.set $links (i32.add (global.get $links) (local.get $form)))
    (local.set $link (select
      (i32.add (i32.add (global.get $heads) (local.get $form)) (call $slot (local.get $set)))
      (i32.add (local.get $links) (i32.shl (local.get $row) (i32.const 2)))
      (i32.eq (local.get $row) (i32.const -1))))
    (loop $next
      (local.set $row (i32.sub (i32.load (local.get $link)) (i32.const 1)))
      (if (i32.eq (local.get $row) (i32.const -1)) (then (return (local.get $row))))
      (local.set $link (i32.shl (local.get $row) (i32.const 2)))
      (if
        (i32.and
          (i32.eq (i32.load (i32.add (local.get $letters) (local.get $link))) (local.get $set))
          (i32.eq (i32.load8_u (i32.add (local.get $lengths) (local.get $row))) (local.get $length)))
        (then (return (local.get $row))))
      (local.set $link (i32.add (local.get $links) (local.get $link)))
      (br $next))
    (i32.const -1))

  ;; The first row from $row to $end in $fewest or a higher bucket of which the form may lie within $distance edits (1 or more)
  ;; of one with the letters $set and of $length characters; -1 without one. $form as above.
  (func (export "near")
    (param $row i32) (param $end i32) (param $form i32)
    (param $set i32) (param $length i32) (param $distance i32) (param $fewest i32) (result i32)
    (local $letters i32) (local $lengths i32) (local $shortest i32) (local $range i32) (local $alike i32)
    (local.set $letters (i32.add (global.get $letters) (local.get $form)))
    (local.set $lengths (i32.add (global.get $lengths) (local.get $form)))
    (local.set $shortest (i32.sub (local.get $length) (local.get $distance)))
    (if (i32.le_s (local.get $shortest) (i32.const 0)) (then (local.set $shortest (i32.const 1))))
    (local.set $range (i32.sub (i32.add (local.get $length) (local.get $distance)) (local.get $shortest)))
    (loop $next
      (if (i32.ge_u (local.get $row) (local.get $end)) (then (return (i32.const -1))))
      ;; Sixteen rows of which none is popular enough, or of a length near enough, are seen at once.
      (local.set $alike (i8x16.bitmask (v128.and
        (i8x16.ge_u (v128.load (i32.add (global.get $buckets) (local.get $row))) (i8x16.splat (local.get $fewest)))
        (i8x16.le_u
          (i8x16.sub (v128.load (i32.add (local.get $lengths) (local.get $row))) (i8x16.splat (local.get $shortest)))
          (i8x16.splat (local.get $range))))))
      (loop $each
        (if (local.get $alike)
          (then
            (if
              (i32.le_u
                (i32.popcnt (i32.xor
                  (i32.load (i32.add
                    (local.get $letters)
                    (i32.shl (i32.add (local.get $row) (i32.ctz (local.get $alike))) (i32.const 2))))
                  (local.get $set)))
                (i32.shl (local.get $distance) (i32.const 1)))
              (then
                (local.set $row (i32.add (local.get $row) (i32.ctz (local.get $alike))))
                (return (select (local.get $row) (i32.const -1) (i32.lt_u (local.get $row) (local.get $end))))))
            (local.set $alike (i32.and (local.get $alike) (i32.sub (local.get $alike) (i32.const 1))))
            (br $each))))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (br $next))
    (i32.const -1))

  ;; Goes through the scopes of the rows from $row to $end, of which the first begins one, up to one with $fewest downloads or more in
  ;; all. Answers with the row behind it, or 0 when there is none, and leaves its text and, 240 and 248 bytes on, the letters of its
  ;; form (32 bits) and its downloads (64 bits).
  (func (export "nextScope") (param $row i32) (param $end i32) (param $fewest f64) (result i32)
    (local $nameBytes i32) (local $scopeBytes i32) (local $total f64)
    (if (i32.ge_u (local.get $row) (local.get $end)) (then (return (i32.const 0))))
    (local.set $nameBytes (call $read (local.get $row)))
    (loop $scope
      (local.set $scopeBytes (call $copyScope (local.get $nameBytes)))
      (local.set $total (f64.const 0))
      (block $complete
        (loop $name
          (local.set $total (f64.add (local.get $total) (call $downloadsAt (local.get $row))))
          (local.set $row (i32.add (local.get $row) (i32.const 1)))
          (br_if $complete (i32.ge_u (local.get $row) (local.get $end)))
          (local.set $nameBytes (call $readNext (local.get $row)))
          (br_if $name (call $isInScope (local.get $row) (local.get $scopeBytes)))))
      (f64.store (i32.const 6392) (local.get $total))
      (if (i32.and (i32.ne (local.get $scopeBytes) (i32.const 0)) (f64.ge (local.get $total) (local.get $fewest)))
        (then (return (local.get $row))))
      (br_if $scope (i32.lt_u (local.get $row) (local.get $end))))
    (i32.const 0))

  ;; The downloads of the rows from $row to $end.
  (func (export "downloads") (param $row i32) (param $end i32) (result f64)
    (local $total f64)
    (loop $next
      (if (i32.lt_u (local.get $row) (local.get $end))
        (then
          (local.set $total (f64.add (local.get $total) (call $downloadsAt (local.get $row))))
          (local.set $row (i32.add (local.get $row) (i32.const 1)))
          (br $next))))
    (local.get $total))

  (func $downloadsAt (param $row i32) (result f64)
    (f64.load offset=6656 (i32.shl (i32.load8_u (i32.add (global.get $buckets) (local.get $row))) (i32.const 3))))

  ;; Keeps the scope of the name that was read, and answers with its length up to the slash; 0 for a name without one.
  (func $copyScope (param $nameBytes i32) (result i32)
    (local $at i32) (local $byte i32) (local $set i32)
    (loop $more
      (if (i32.ge_u (local.get $at) (local.get $nameBytes)) (then (return (i32.const 0))))
      (local.set $byte (i32.load8_u offset=5120 (local.get $at)))
      (i32.store8 offset=6144 (local.get $at) (local.get $byte))
      (local.set $set (i32.or (local.get $set) (i32.load (i32.shl (local.get $byte) (i32.const 2)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $more (i32.ne (local.get $byte) (i32.const 47))))
    (i32.store (i32.const 6384) (local.get $set))
    (local.get $at))

  ;; Whether the name that was read for $row is in the scope that is kept. One too short to be in it differs before its end: names
  ;; that the scope begins with come before it.
  (func $isInScope (param $row i32) (param $scopeBytes i32) (result i32)
    (if (i32.eqz (local.get $scopeBytes)) (then (return (i32.const 0))))
    (if (i32.ge_u (i32.load8_u (i32.add (global.get $prefixes) (local.get $row))) (local.get $scopeBytes))
      (then (return (i32.const 1))))
    (loop $same
      (local.set $scopeBytes (i32.sub (local.get $scopeBytes) (i32.const 1)))
      (if (i32.ne (i32.load8_u offset=5120 (local.get $scopeBytes)) (i32.load8_u offset=6144 (local.get $scopeBytes)))
        (then (return (i32.const 0))))
      (br_if $same (local.get $scopeBytes)))
    (i32.const 1)))

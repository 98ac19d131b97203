#Requires -Version 7.4
<#
.SYNOPSIS
    Tells how the services of two transcripts differ: requests, statuses, error codes, property names and types; a line each.
.DESCRIPTION
    How often something was asked, and with what values, does not count; nor does a property below something that the other never had, such
    as an item of a list that was empty. Ends with 1 if anything differs.
#>
[CmdletBinding()]
param(
    # What `Connect-MailAdmin -TranscriptPath` wrote: the sandbox's, as a rule.
    [Parameter(Mandatory, Position = 0)] [string] $First,

    # Another one of the same road: the real tenant's.
    [Parameter(Mandatory, Position = 1)] [string] $Second
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

# Notes the types of a value and of everything below it, by path. A function that calls itself for each value would take most of the time.
function Add-Shape($Body, [Collections.IDictionary] $Into) {
    $left = [Collections.Generic.Stack[object]]::new()
    $left.Push([ValueTuple[string, object]]::new('', $Body))
    while ($left.Count) {
        $next = $left.Pop()
        $path = $next.Item1
        $value = $next.Item2
        $type = 'number'
        if ($null -eq $value) { $type = 'null' }
        elseif ($value -is [string]) { $type = 'string' }
        elseif ($value -is [bool]) { $type = 'boolean' }
        elseif ($value -is [Collections.IDictionary]) {
            $type = 'object'
            foreach ($name in $value.Keys) { $left.Push([ValueTuple[string, object]]::new(($path ? "$path/$name" : $name), $value[$name])) }
        }
        elseif ($value -is [array]) {
            $type = 'array'
            foreach ($item in $value) { $left.Push([ValueTuple[string, object]]::new("$path[]", $item)) }
        }

        if (-not $Into.ContainsKey($path)) { $Into[$path] = [Collections.Generic.SortedSet[string]]::new([StringComparer]::Ordinal) }
        $null = $Into[$path].Add($type)
    }
}

# The codes by which a service names a refusal: Graph's and Exchange's error.code, Entra's error and its numbers.
function Get-ErrorCode($Body) {
    if ($Body -isnot [Collections.IDictionary] -or -not $Body['error']) { return }
    if ($Body['error'] -is [Collections.IDictionary]) { $Body['error']['code'] } else { $Body['error'] }
    $Body['error_codes']
}

# What a service answered: by request and status, its error codes and the shape of its bodies.
function Read-Transcript([string] $Path) {
    $answers = [Collections.Generic.Dictionary[string, object]]::new([StringComparer]::Ordinal)
    foreach ($line in [IO.File]::ReadLines((Convert-Path $Path))) {
        $exchange = ConvertFrom-Json $line -AsHashtable -NoEnumerate -Depth 100
        $request = "$($exchange.method) $($exchange.host)$($exchange.path)" -replace '\{[a-z]+(-\d+)?\}', '{}'
        # Exchange's admin endpoint has one address for all it does.
        if ($exchange.path -like '*/InvokeCommand') { $request += " $($exchange.requestBody.CmdletInput.CmdletName)" }
        $status = $exchange['status'] ? [string]$exchange['status'] : 'no answer'
        if (-not $answers.ContainsKey($request)) { $answers[$request] = @{} }
        if (-not $answers[$request].ContainsKey($status)) {
            $answers[$request][$status] = @{
                Codes = [Collections.Generic.SortedSet[string]]::new([StringComparer]::Ordinal)
                Shape = [Collections.Generic.SortedDictionary[string, object]]::new([StringComparer]::Ordinal)
            }
        }
        $answer = $answers[$request][$status]
        foreach ($code in @(Get-ErrorCode $exchange['responseBody'])) { if ($code) { $null = $answer.Codes.Add("$code") } }
        Add-Shape $exchange['responseBody'] $answer.Shape
    }
    # One dictionary, and not what it holds.
    , $answers
}

# What one has and the other lacks, as lines.
function Get-Missing([string] $About, $Mine, $Other, [string] $Which) {
    $Mine | Where-Object { $_ -cnotin $Other } | ForEach-Object { "${About}only the $Which has $_" }
}

# Properties count where the other had the object that they belong to.
function Get-MissingProperty([string] $About, $Mine, $Other, [string] $Which) {
    foreach ($path in $Mine.Keys) {
        if (-not $path -or $Other.ContainsKey($path) -or $path.EndsWith('[]')) { continue }
        $parent = $path -replace '(^|/)[^/]*$'
        if ($Other.ContainsKey($parent) -and $Other[$parent].Contains('object')) { "${About}only the $Which has $path" }
    }
}

$a = Read-Transcript $First
$b = Read-Transcript $Second
$differences = @(
    Get-Missing '' $a.Keys $b.Keys first
    Get-Missing '' $b.Keys $a.Keys second
    foreach ($request in $a.Keys | Where-Object { $b.ContainsKey($_) }) {
        Get-Missing "${request}: " $a[$request].Keys $b[$request].Keys first
        Get-Missing "${request}: " $b[$request].Keys $a[$request].Keys second
        foreach ($status in $a[$request].Keys | Where-Object { $b[$request].ContainsKey($_) }) {
            $about = "${request}: ${status}: "
            $one, $two = $a[$request][$status], $b[$request][$status]
            Get-Missing "${about}error code, " $one.Codes $two.Codes first
            Get-Missing "${about}error code, " $two.Codes $one.Codes second
            Get-MissingProperty $about $one.Shape $two.Shape first
            Get-MissingProperty $about $two.Shape $one.Shape second
            foreach ($path in $one.Shape.Keys) {
                if (-not $two.Shape.ContainsKey($path) -or $one.Shape[$path].SetEquals($two.Shape[$path])) { continue }
                # Null says nothing of a type.
                $types, $others = $one.Shape[$path].Where({ $_ -ne 'null' }), $two.Shape[$path].Where({ $_ -ne 'null' })
                if ($types -and $others -and "$types" -ne "$others") {
                    "${about}$($path ? $path : 'the body') is $($types -join ' or ') in the first, $($others -join ' or ') in the second"
                }
            }
        }
    }
)
$differences
exit ($differences ? 1 : 0)

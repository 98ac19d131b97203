# Tells as JSON what PowerShell knows about the cmdlets of a module: what their pages must say.
param([Parameter(Mandatory)] [string] $Module)
$ErrorActionPreference = 'Stop'
$common = [System.Management.Automation.Cmdlet]::CommonParameters
$commands = (Import-Module $Module -PassThru).ExportedCmdlets.Values | Sort-Object Name

function Get-DefaultValue($Cmdlet, $Parameter) {
    if ($Parameter.SwitchParameter) { return 'False' }
    $sets = $Parameter.ParameterSets.Values
    if (@($sets | Where-Object IsMandatory).Count -eq $sets.Count) { return '' }
    return @($Cmdlet.($Parameter.Name) | ForEach-Object { [string]$_ }) -join ', '
}

function Get-AcceptedValue($Parameter) {
    $list = $Parameter.Attributes | Where-Object { $_ -is [ValidateSet] }
    if ($list) { return $list.ValidValues }
    $type = $Parameter.ParameterType
    $type = [Nullable]::GetUnderlyingType($type) ?? $type
    if ($type.IsEnum) { [Enum]::GetNames($type) }
}

$facts = foreach ($command in $commands) {
    $cmdlet = $command.ImplementingType::new()
    @{
        Name       = $command.Name
        Outputs    = @($command.OutputType | Where-Object Type -ne ([void]) | ForEach-Object Name)
        Syntax     = @($command.ParameterSets | ForEach-Object { @{ Name = $_.Name; IsDefault = $_.IsDefault; Text = "$($command.Name) $_" } })
        Parameters = @($command.Parameters.Values | Where-Object Name -notin $common | ForEach-Object {
            @{
                Name  = $_.Name
                Facts = @{
                    Type              = $_.ParameterType.ToString()
                    DefaultValue      = Get-DefaultValue $cmdlet $_
                    SupportsWildcards = [bool]($_.Attributes | Where-Object { $_ -is [SupportsWildcards] })
                    Aliases           = @($_.Aliases)
                    DontShow          = [bool]($_.Attributes | Where-Object { $_ -is [Parameter] -and $_.DontShow })
                    AcceptedValues    = @(Get-AcceptedValue $_)
                    HelpMessage       = "$($_.ParameterSets.Values.HelpMessage | Select-Object -First 1)"
                    ParameterSets     = @($_.ParameterSets.GetEnumerator() | Sort-Object Key | ForEach-Object {
                        @{
                            Name                            = $_.Key -eq '__AllParameterSets' ? '(All)' : $_.Key
                            Position                        = $_.Value.Position -lt 0 ? 'Named' : [string]$_.Value.Position
                            IsRequired                      = $_.Value.IsMandatory
                            ValueFromPipeline               = $_.Value.ValueFromPipeline
                            ValueFromPipelineByPropertyName = $_.Value.ValueFromPipelineByPropertyName
                            ValueFromRemainingArguments     = $_.Value.ValueFromRemainingArguments
                        }
                    })
                }
            }
        })
    }
}
ConvertTo-Json -InputObject @($facts) -Depth 6

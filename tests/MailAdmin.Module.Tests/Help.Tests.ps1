# The help of the packed module against the cmdlets of the packed module. Each test looks at all cmdlets and names every one at fault.
Describe 'The help' {
    BeforeAll {
        $module = $env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin')
        $pages = Join-Path $PSScriptRoot '../../docs/en-US'
        $commands = (Import-Module $module -PassThru).ExportedCmdlets.Values
        $help = @{}
        foreach ($command in $commands) {
            $help[$command.Name] = Get-Help $command.Name
        }

        # Lets a script block tell what is wrong with a cmdlet, and says of which.
        function Find-Fault([scriptblock] $Look) {
            foreach ($command in $commands) {
                & $Look $command $help[$command.Name] | ForEach-Object { "$($command.Name): $_" }
            }
        }

        function Get-OwnParameter($Command) {
            $Command.Parameters.Values | Where-Object Name -notin ([System.Management.Automation.Cmdlet]::CommonParameters)
        }

        function Get-Text($Paragraphs) {
            ($Paragraphs | ForEach-Object Text | Where-Object { $_ }) -join "`n"
        }

        # A parameter as a set has it: what must be equal on both sides.
        function Format-Parameter($Name, [bool] $Required, $Position) {
            '{0} {1} {2}' -f $Name, ($Required ? 'required' : 'optional'), ($Position -match '^\d+$' ? $Position : 'named')
        }
    }

    It 'has a page for every cmdlet, and no page for what is not there' {
        $found = (Get-ChildItem $pages -Filter *.md).BaseName -notlike 'about_*'
        Compare-Object $commands.Name $found | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" } | Should -BeNullOrEmpty
    }

    It 'has a synopsis and a description for every cmdlet' {
        Find-Fault { param($command, $help)
            if (-not $help.details) { 'no help was found' }
            # Without help, PowerShell puts the syntax there.
            if (-not $help.Synopsis -or $help.Synopsis -match [regex]::Escape($command.Name)) { 'no synopsis' }
            if (-not (Get-Text $help.description)) { 'no description' }
        } | Should -BeNullOrEmpty
    }

    It 'describes every parameter, and none that is gone' {
        Find-Fault { param($command, $help)
            $told = @($help.parameters.parameter)
            Compare-Object (Get-OwnParameter $command).Name $told.name | ForEach-Object { "$($_.SideIndicator) -$($_.InputObject)" }
            $told | Where-Object { -not (Get-Text $_.description) } | ForEach-Object { "-$($_.name) has no text" }
        } | Should -BeNullOrEmpty
    }

    It 'says of every parameter what the cmdlet knows' {
        Find-Fault { param($command, $help)
            $instance = $command.ImplementingType::new()
            foreach ($parameter in Get-OwnParameter $command) {
                $told = $help.parameters.parameter | Where-Object name -eq $parameter.Name
                $sets = $parameter.ParameterSets.Values
                $pipeline = @(
                    if ($sets.ValueFromPipeline -contains $true) { 'ByValue' }
                    if ($sets.ValueFromPipelineByPropertyName -contains $true) { 'ByPropertyName' }
                ) -join ', '
                # What is always given has no default; what is a switch is off.
                $value = $parameter.SwitchParameter ? $false : $sets.IsMandatory -notcontains $false ? '' : $instance.($parameter.Name)
                $facts = [ordered]@{
                    required      = [string]($sets.IsMandatory -contains $true)
                    position      = @($sets.Position)[0] -ge 0 ? [string]@($sets.Position)[0] : 'named'
                    pipelineInput = $pipeline ? "True ($pipeline)" : 'False'
                    globbing      = [string][bool]($parameter.Attributes | Where-Object { $_ -is [SupportsWildcards] })
                    aliases       = $parameter.Aliases ? $parameter.Aliases -join ', ' : 'none'
                    defaultValue  = "$value" ? "$value" : 'None'
                    type          = $parameter.ParameterType.ToString()
                }
                foreach ($fact in $facts.Keys) {
                    $said = $fact -eq 'type' ? $told.type.name : $told.$fact
                    if ($said -ne $facts[$fact]) { "-$($parameter.Name) $fact is $($facts[$fact]), the help says $said" }
                }
            }
        } | Should -BeNullOrEmpty
    }

    It 'names the values of every parameter that takes only some' {
        Find-Fault { param($command, $help)
            foreach ($parameter in Get-OwnParameter $command) {
                $type = [Nullable]::GetUnderlyingType($parameter.ParameterType) ?? $parameter.ParameterType
                $list = $parameter.Attributes | Where-Object { $_ -is [ValidateSet] }
                $values = $list ? $list.ValidValues : $type.IsEnum ? [Enum]::GetNames($type) : @()
                $said = ($help.parameters.parameter | Where-Object name -eq $parameter.Name).parameterValueGroup.parameterValue
                if ("$values" -ne "$said") { "-$($parameter.Name) takes '$values', the help says '$said'" }
            }
        } | Should -BeNullOrEmpty
    }

    It 'shows every parameter set with all its parameters' {
        Find-Fault { param($command, $help)
            $has = foreach ($set in $command.ParameterSets) {
                $own = $set.Parameters | Where-Object Name -notin ([System.Management.Automation.Cmdlet]::CommonParameters)
                ($own | ForEach-Object { Format-Parameter $_.Name $_.IsMandatory $_.Position } | Sort-Object) -join '; '
            }
            $says = foreach ($item in $help.syntax.syntaxItem) {
                ($item.parameter | ForEach-Object { Format-Parameter $_.name ($_.required -eq 'true') $_.position } | Sort-Object) -join '; '
            }
            Compare-Object @($has) @($says) | ForEach-Object { "$($_.SideIndicator) $($_.InputObject)" }
        } | Should -BeNullOrEmpty
    }

    It 'has pages with the syntax that Get-Command shows' {
        Find-Fault { param($command)
            $text = (Get-Content (Join-Path $pages "$($command.Name).md") -Raw) -replace '\s+', ' '
            foreach ($set in $command.ParameterSets) {
                $mark = $set.IsDefault -and $command.ParameterSets.Count -gt 1 ? ' (Default)' : ''
                $wanted = '### {0}{1} ``` {2} {3} ```' -f $set.Name, $mark, $command.Name, $set
                if (-not $text.Contains($wanted)) { "the page lacks: $wanted" }
            }
        } | Should -BeNullOrEmpty
    }

    It 'has two examples or more for every cmdlet, each with a title and a script' {
        Find-Fault { param($command, $help)
            $examples = @($help.examples.example)
            if ($examples.Count -lt 2) { "$($examples.Count) examples" }
            $examples | Where-Object { $_.title -notmatch 'Example \d+: \w' -or -not $_.code } | ForEach-Object { "'$($_.title)' has no title or no script" }
            $numbers = $examples | ForEach-Object { [regex]::Match($_.title, '\d+').Value }
            if ("$numbers" -ne "$(1..$examples.Count)") { "the examples are numbered $numbers" }
        } | Should -BeNullOrEmpty
    }

    It 'tells for every cmdlet the least permission needed, first of all in its notes' {
        Find-Fault { param($command, $help)
            $notes = Get-Text $help.alertSet.alert
            if ($notes -cnotmatch '\APermissions required:\s+(- )?\w') { "the notes begin '$($notes.Substring(0, [Math]::Min(40, $notes.Length)))'" }
        } | Should -BeNullOrEmpty
    }

    It 'has links for every cmdlet' {
        Find-Fault { param($command, $help)
            if (@($help.relatedLinks.navigationLink.linkText | Where-Object { $_ }).Count -lt 2) { 'fewer than two links' }
        } | Should -BeNullOrEmpty
    }

    It 'has the address of its own page for every cmdlet, which Get-Help -Online opens' -Skip:(-not $IsLinux) {
        foreach ($command in Get-Command -Module MailAdmin) {
            $command.HelpUri | Should -Match "^https://[^/]+/docs/en-US/$($command.Name)\.md$"
        }

        # What opens an address in a browser, as .NET looks for it.
        $folder = (New-Item 'TestDrive:/bin' -ItemType Directory).FullName
        Set-Content (Join-Path $folder xdg-open) "#!/bin/sh`nprintf %s `"`$1`" > '$folder/opened'"
        chmod +x (Join-Path $folder xdg-open)
        $before = $env:PATH
        try {
            $env:PATH = "$folder`:$before"
            Get-Help Get-MailFolder -Online
            $end = [DateTime]::UtcNow.AddSeconds(20)
            while (-not (Get-Content "$folder/opened" -ErrorAction Ignore) -and [DateTime]::UtcNow -lt $end) {
                Start-Sleep -Milliseconds 20
            }

            Get-Content "$folder/opened" | Should -Be (Get-Command Get-MailFolder).HelpUri
        }
        finally {
            $env:PATH = $before
        }
    }

    It 'tells for every cmdlet what it emits' {
        Find-Fault { param($command, $help)
            $types = @($command.OutputType | Where-Object Type -ne ([void]) | ForEach-Object Name)
            $said = @($help.returnValues.returnValue.type.name)
            if ("$types" -ne "$($said -ne 'None')") { "it emits '$types', the help says '$said'" }
        } | Should -BeNullOrEmpty
    }

    It 'finds every about topic, with a short description' {
        foreach ($page in Get-ChildItem $pages -Filter about_*.md) {
            (Get-Help $page.BaseName) | Should -Match "\ATOPIC\s+$($page.BaseName)\s+SHORT DESCRIPTION\s+\w"
            (Get-Content $page -Raw) | Should -Match ([regex]::Escape((Get-Help "$($page.BaseName)*" | Where-Object Name -eq $page.BaseName | Select-Object -First 1).Synopsis ?? 'no synopsis'))
        }
    }
}
